/** Attributes that are marked sensitive (STOCK_SENSITIVE_ATTRIBUTES): sealed where a call comes in, so that nothing behind it knows them. */
import { type Attributes, attributes as bounds, type Json, SEALED } from '@granary/contracts/attributes';
import { invalidInput } from '../refusal.ts';
import { batchPlace, isSealed, mapSealed } from '../rules/sealed-attributes.ts';
import type { Engine } from './execution.ts';
import { readyBox } from './webhook-secret.ts';

/** What a value of this name is bound to. */
export type PlaceOf = (name: string) => string;

interface Spot {
  readonly place: PlaceOf;
  /** Of the attributes within the input, as a refusal names it. */
  readonly path?: string;
}

interface Sealable {
  readonly attributes?: Attributes | null | undefined;
}

/**
 * The same input with every marked value sealed. One that is sealed already stays as it is where it belongs here: who reads
 * attributes and writes them back changes nothing. Throws INV_005 for one of elsewhere, and INV_012 without the key.
 */
export function sealedInput<T extends Sealable>(engine: Engine, input: T, { place, path = 'attributes' }: Spot): T {
  const { attributes } = input;
  if (attributes === undefined || attributes === null) return input;
  const names = Object.keys(attributes).filter((name) => isToSeal(engine, name, attributes[name]));
  if (names.length === 0) return input;
  const box = readyBox(engine.ports, 'Sensitive attributes need a key that they are sealed with');
  const sealed: Record<string, Json> = { ...attributes };
  for (const name of names) {
    const value = attributes[name];
    if (!isSealed(value)) sealed[name] = { [SEALED]: box.sealAlike(JSON.stringify(value), place(name)) };
    else if (!isOfHere(() => box.needsReseal(value[SEALED])) || !box.opens(value[SEALED], place(name)))
      throw invalidInput([{ path: `${path}.${name}`, message: 'must be a value, or one that was sealed for here' }]);
  }
  const { success } = bounds.safeParse(sealed);
  if (!success) throw invalidInput([{ path, message: 'must not be larger than 16384 bytes once sealed' }]);
  return { ...input, attributes: sealed };
}

/** As `sealedInput`, of every line of a document. */
export function sealedLines<T extends { readonly lines: readonly (Sealable & { readonly skuId: string })[] }>(
  engine: Engine,
  input: T,
): T {
  if (input.lines.every(({ attributes }) => attributes === undefined)) return input;
  const lines = input.lines.map((line, at) =>
    sealedInput(engine, line, { place: (name) => batchPlace(line.skuId, name), path: `lines.${at}.attributes` }),
  );
  return { ...input, lines };
}

/** Throws INV_012 where a key is missing or a value was changed: nothing is shown by halves. */
export function opened(engine: Engine, attributes: Attributes | null, place: PlaceOf): Attributes | null {
  if (attributes === null || !Object.values(attributes).some(isSealed)) return attributes;
  const box = readyBox(engine.ports, 'Sensitive attributes need a key that they are opened with');
  return mapSealed(attributes, (sealed, name) => JSON.parse(box.open(sealed, place(name))) as Json);
}

/** Null says that there is no value, and that is no secret. */
function isToSeal(engine: Engine, name: string, value: Json | undefined): boolean {
  return isSealed(value) || (value !== null && engine.config.sensitiveAttributes.includes(name));
}

/** Whether it has the form of something sealed at all. */
function isOfHere(look: () => unknown): boolean {
  try {
    look();
    return true;
  } catch {
    return false;
  }
}
