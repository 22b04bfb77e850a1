/** Attributes of which some values are sealed: which they are, and the same attributes with other values there. */
import { type Attributes, type Json, SEALED, type SealedValue } from '@granary/contracts/attributes';

const HIDDEN = '(sealed)';

export function isSealed(value: Json | undefined): value is SealedValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const [[name, text] = [], ...others] = Object.entries(value);
  return name === SEALED && typeof text === 'string' && others.length === 0;
}

/** Every sealed value, replaced by what `replace` makes of it. */
export function mapSealed(
  attributes: Attributes,
  replace: (sealed: string, name: string) => Json,
): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, isSealed(value) ? replace(value[SEALED], name) : value]),
  );
}

/** What a sealed value of a SKU's own attributes is bound to: under another name or at another SKU it does not open. */
export const skuPlace = (skuId: string, name: string): string => `sku:${skuId}:${name}`;

/** Of a batch it is bound to the SKU: batches are split, merged and moved, and their attributes go with them. */
export const batchPlace = (skuId: string, name: string): string => `batch:${skuId}:${name}`;

/** An input of a call that was refused before anybody looked at it, without the values of these names wherever they stand. */
export function hidden(input: unknown, names: readonly string[]): unknown {
  if (names.length === 0 || input === undefined) return input;
  const text = JSON.stringify(input, (name, value: unknown) => (names.includes(name) ? HIDDEN : value));
  return JSON.parse(text);
}
