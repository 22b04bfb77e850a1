/** What a name does in a call, which decides what an unknown one is answered with. */
import type { Field } from './schema-fields.ts';
import { sheetOf } from './sheets/all.ts';

export type Role =
  /** Any well-formed value is kept as it is. */
  | 'stored'
  /** It must name a row that is there: 404 otherwise. */
  | 'lookup'
  /** It narrows a list: nothing fits an unknown one, or 404. */
  | 'filter'
  /** It narrows the stock that counts: none is left. */
  | 'criterion'
  /** It must be the name of a strategy: no other text will do. */
  | 'strategy'
  /** It must be an address: hardly any other text will do, though letters that look like its own may make another one. */
  | 'address'
  /** The idempotency key. */
  | 'key';

const STRATEGIES = new Set(['strategy', 'defaultStrategy']);

/** `isPage`: whether the procedure answers one page of a list. */
export function roleOf(procedure: string, field: Field, isPage: boolean): Role {
  if (STRATEGIES.has(field.name) || `${procedure} ${field.name}` === 'cost.switchStrategy to') return 'strategy';
  if (field.name === 'url') return 'address';
  if (field.name === 'idempotencyKey') return 'key';
  if (sheetOf(procedure)?.keeps?.includes(field.path.join('.')) === true) return 'stored';
  if (isPage) return 'filter';
  return field.name === 'qualityLevel' ? 'criterion' : 'lookup';
}

/** Whether no other call may have used the same value: a key, a number that two procedures share, a SKU that never moved. */
export function isOwn(procedure: string, field: Field): boolean {
  return field.name === 'idempotencyKey' || sheetOf(procedure)?.unique?.includes(field.path.join('.')) === true;
}
