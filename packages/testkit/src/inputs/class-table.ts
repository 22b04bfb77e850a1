/** Which classes of reliability.md 7.1 to 7.4 a procedure must be tried with: what it takes decides that. A few are excused by name. */
import { roleOf } from './roles.ts';
import type { Field, FieldKind } from './schema-fields.ts';
import { sheetOf } from './sheets/all.ts';

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_each, index) => from + index);

/** 7.5 is about the transport, which has tests of its own (apps/api/src/transport-answers.test.ts). */
export const ALL_CLASSES: readonly number[] = range(1, 126);

/** Classes that no procedure is tried with here, and why. */
export const EXCUSED: ReadonlyMap<number, string> = new Map([
  [68, 'a reason is a text like any other: 35 and 36 try it empty and blank wherever there is one'],
  [125, 'who may make which token is asked with tokens in use (apps/api/src/access)'],
  [126, 'who may unfreeze is asked of every role (apps/api/src/access)'],
]);

/** Procedures that are not tried at all, and why. */
export const UNTRIED: ReadonlyMap<string, string> = new Map([
  ['stock.watch', 'it answers with a stream, which its own tests read (apps/api/src/watch)'],
]);

interface Facts {
  readonly procedure: string;
  readonly fields: readonly Field[];
  readonly isPage: boolean;
}
type Needs = (facts: Facts) => boolean;

const kinds =
  (...wanted: readonly FieldKind[]): Needs =>
  ({ fields }) =>
    fields.some(({ kind }) => wanted.includes(kind));
const named =
  (...names: readonly string[]): Needs =>
  ({ fields }) =>
    fields.some(({ name }) => names.includes(name));

const textual = kinds(
  ...(['identifier', 'text', 'opaque', 'file', 'hash', 'id', 'money', 'signed', 'rate', 'currency'] as const),
  ...(['instant', 'date', 'expiry', 'choice'] as const),
);
const aName: Needs = ({ fields }) =>
  fields.some(({ kind, name }) => kind === 'identifier' && name !== 'idempotencyKey');
const aDeadline: Needs = ({ fields }) => fields.some(({ kind, name }) => kind === 'instant' && name === 'expiresAt');
const aWord: Needs = ({ procedure, fields }) =>
  fields.some(({ kind, name }) => kind === 'choice' || name === 'strategy' || name === 'defaultStrategy') ||
  procedure === 'cost.switchStrategy';
const looksUp: Needs = ({ procedure, fields, isPage }) =>
  fields.some(
    (field) =>
      ['identifier', 'id'].includes(field.kind) && ['lookup', 'filter'].includes(roleOf(procedure, field, isPage)),
  );
/** A list whose entries are no objects and no lists. */
const plainList: Needs = ({ fields }) => {
  const within = (path: string) => fields.find((field) => field.path.join('.') === path)?.kind;
  return fields.some(({ kind, path }) => {
    const entry = kind === 'list' ? within([...path, 0].join('.')) : undefined;
    return entry !== undefined && entry !== 'object' && entry !== 'list';
  });
};
/** Something beside a cursor and a key, which no valid call has. */
const fills: Needs = ({ fields }) =>
  fields.some(({ path, name }) => path.length === 1 && name !== 'cursor' && name !== 'idempotencyKey');
const isOf =
  (prefix: string): Needs =>
  ({ procedure }) =>
    procedure.startsWith(prefix);
const both =
  (...needs: readonly Needs[]): Needs =>
  (facts) =>
    needs.every((each) => each(facts));
const not =
  (needs: Needs): Needs =>
  (facts) =>
    !needs(facts);

const DEMANDS: readonly (readonly [readonly number[], Needs])[] = [
  [range(1, 21), kinds('integer')],
  [[24], both(named('ttlSeconds'), not(isOf('lock.')))],
  [[25], named('limit')],
  [range(26, 32), kinds('money', 'signed', 'rate')],
  // Where a rate is stated, and where one is needed.
  [[34], (facts) => kinds('rate')(facts) || facts.procedure === 'inbound.purchase'],
  [[...range(35, 37), ...range(42, 49), ...range(53, 63), 66, 67], textual],
  [range(38, 41), aName],
  [[50, 51, 52], kinds('identifier', 'text')],
  [[64], kinds('identifier')],
  [[65], kinds('id')],
  [[69, 70, 72, 73, 79], kinds('instant', 'date', 'expiry')],
  [[71, ...range(74, 78)], kinds('instant', 'expiry')],
  [[80, 81], ({ fields }) => fields.some(({ kind, name }) => kind === 'instant' && name === 'from')],
  [[82], kinds('expiry')],
  [[83], aDeadline],
  [[84], both(aDeadline, isOf('reservation.'))],
  [[85], named('occurredAt', 'asOf')],
  [[89, 90, 95], kinds('object')],
  [[91], fills],
  [[92, 93, 94], kinds('list')],
  [[120], plainList],
  [[96, 97], kinds('free')],
  [[103, 104], aWord],
  [[105], looksUp],
  [[118], named('cursor')],
  [[119], ({ isPage }) => isPage],
  [[121], named('url')],
  [[122], named('idempotencyKey')],
  [[123], both(named('idempotencyKey'), fills)],
];

const DEMANDED = new Set(DEMANDS.flatMap(([classes]) => classes));

/** Those that must be tried on a procedure. The rest of them are scenarios, which name their procedures themselves. */
export function demandsOn(procedure: string, fields: readonly Field[]): number[] {
  const isPage = sheetOf(procedure)?.writes === undefined && fields.some(({ name }) => name === 'limit');
  return DEMANDS.flatMap(([classes, needs]) => (needs({ procedure, fields, isPage }) ? classes : []));
}

/** Whether scenarios alone bring the class about. */
export function isScenario(number: number): boolean {
  return !DEMANDED.has(number);
}
