/** Every value to try on every field of every procedure: the plan of a run. */
import type { BadInput, Place } from './bad-input.ts';
import { moneyInputs, numberInputs } from './number-classes.ts';
import type { CallInput } from './procedure-sheet.ts';
import { roleOf } from './roles.ts';
import { fieldsOf, type Field, type Schema } from './schema-fields.ts';
import { sheetOf } from './sheets/all.ts';
import { stringInputs } from './string-classes.ts';
import * as structure from './structure-classes.ts';
import { timeInputs } from './time-classes.ts';
import { at } from './wire.ts';

export interface Trial extends Omit<Place, 'call'> {
  /** Which of the valid calls has the field. */
  readonly variant: number;
  readonly input: BadInput;
}

export interface Target {
  readonly schema: Schema;
  /** The valid calls of the procedure, once. */
  readonly calls: readonly CallInput[];
}

/** Fields that no valid call has, because one without them says more. */
const ADDED = new Set(['cursor', 'idempotencyKey']);

export function trialsOf(procedure: string, { schema, calls }: Target): Trial[] {
  const seenOnce = new Set<number>();
  const fields = fieldsOf(schema);
  const isPage = sheetOf(procedure)?.writes === undefined && fields.some(({ name }) => name === 'limit');
  return fields.flatMap((field) => {
    if (field.kind === 'boolean') return [];
    const variant = variantFor(field, calls);
    if (variant === undefined) throw new Error(`no valid call of ${procedure} has the field ${field.path.join('.')}`);
    const call = calls[variant];
    const place = { procedure, field, role: roleOf(procedure, field, isPage), isPage, base: at(call, field.path) };
    return inputsFor({ ...place, call }).flatMap((input) => {
      if (input.once === true && seenOnce.has(input.class)) return [];
      if (input.once === true) seenOnce.add(input.class);
      return [{ ...place, variant, input }];
    });
  });
}

function variantFor(field: Field, calls: readonly CallInput[]): number | undefined {
  const found = calls.findIndex((call) => at(call, field.path) !== undefined);
  if (found !== -1) return found;
  return ADDED.has(field.name) && field.path.length === 1 ? 0 : undefined;
}

function inputsFor(place: Place): BadInput[] {
  const { kind } = place.field;
  switch (kind) {
    case 'integer':
      return numberInputs(place);
    case 'money':
    case 'signed':
    case 'rate':
      // Money is text as well; where it may be negative, one of the texts is an amount.
      return [...moneyInputs(place), ...stringInputs(place).filter(({ raw }) => kind !== 'signed' || raw !== '"-1"')];
    case 'instant':
    case 'date':
    case 'expiry':
      return [...timeInputs(place), ...stringInputs(place)];
    case 'choice':
      return [...structure.wordInputs(place), ...stringInputs(place)];
    case 'opaque':
      return [...structure.cursorInputs(place), ...stringInputs(place)];
    case 'object':
      return structure.objectInputs(place);
    case 'list':
      return structure.listInputs(place);
    case 'free':
      return structure.freeInputs(place);
    case 'boolean':
      return [];
    case 'identifier':
    case 'id':
    case 'text':
    case 'file':
    case 'hash':
    case 'currency':
      return [...ofRole(place), ...stringInputs(place)];
  }
}

function ofRole(place: Place): BadInput[] {
  if (place.role === 'strategy') return structure.wordInputs(place);
  if (place.role === 'key') return structure.keyInputs(place);
  if (place.role === 'address') return structure.addressInputs(place);
  return ['identifier', 'id'].includes(place.field.kind) ? structure.unknownInputs(place) : [];
}

/** Enough of the trials that every class is met twice and every procedure once; which ones depends on the seed. */
export function sampleOf(trials: readonly Trial[], seed: number): Trial[] {
  const shuffled = shuffle(trials, seed);
  const classes = new Map<number, Set<string>>();
  const procedures = new Set<string>();
  return shuffled.filter(({ procedure, input }) => {
    const met = classes.get(input.class) ?? new Set<string>();
    const wanted = (met.size < 2 && !met.has(procedure)) || !procedures.has(procedure);
    if (!wanted) return false;
    classes.set(input.class, met.add(procedure));
    procedures.add(procedure);
    return true;
  });
}

/** Fisher and Yates, with a small generator of its own: the same seed must give the same sample on every machine. */
export function shuffle<T>(list: readonly T[], seed: number): T[] {
  const copy = [...list];
  let state = (seed >>> 0) + 0x9e3779b9;
  for (let left = copy.length - 1; left > 0; left -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (left + 1));
    const [a, b] = [copy[left], copy[other]];
    if (a !== undefined && b !== undefined) [copy[left], copy[other]] = [b, a];
  }
  return copy;
}
