/** Whether a call did exactly what its input deserves: nothing at all, or its own effect with the value as it was sent. */
import { roleOf } from './field-role.ts';
import type { Trial } from './trial.ts';
import { at, leaksOf, type WireAnswer } from './wire.ts';

export interface Observed {
  readonly answer: WireAnswer;
  /** Tables whose rows changed. */
  readonly changed: readonly string[];
}

const STOCK = ['stock_level', 'stock_batch', 'stock_movement'];
const HOLD = ['reservation', 'reservation_line'];
const DOCUMENT = ['stock_document', 'stock_document_line'];

/** What a mutation may write, beside its command and its outbox row. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  'sku.create': ['sku'],
  'sku.update': ['sku'],
  'location.create': ['location'],
  'location.update': ['location'],
  'batch.create': ['sku', ...STOCK],
  'stock.configure': ['stock_level'],
  'reservation.reserve': [...HOLD, ...STOCK],
  'reservation.reserveMany': [...HOLD, ...STOCK],
  'reservation.confirm': HOLD,
  'reservation.extend': HOLD,
  'reservation.convert': HOLD,
  'reservation.release': [...HOLD, ...STOCK],
  'reservation.deduct': [...HOLD, ...STOCK],
  'reservation.expireDue': [...HOLD, ...STOCK],
  'inbound.purchase': [...DOCUMENT, ...STOCK, 'sku'],
  'inbound.return': [...DOCUMENT, ...STOCK, 'sku'],
  'outbound.sales': [...DOCUMENT, ...HOLD, ...STOCK],
  'system.verify': ['job'],
  'system.rebuild': ['job'],
  'system.cancelJob': ['job'],
  'token.create': ['token'],
  'token.revoke': ['token'],
};

/** Refusals by state that an amount or a time may meet although it is valid. */
const MAY_BE_REFUSED: Readonly<Record<string, string>> = {
  ...{
    'reservation.reserve': 'INV_002',
    'reservation.reserveMany': 'INV_002',
    'outbound.sales': 'INV_002',
    'stock.allocate': 'INV_002',
  },
  ...{ 'reservation.deduct': 'INV_010', 'reservation.extend': 'INV_010', 'batch.create': 'INV_010' },
};

/** Every way in which a call fell short; empty when it did what it must. */
export function problemsOf(trial: Trial, observed: Observed): string[] {
  const { answer } = observed;
  const { input } = trial;
  const slow = input.withinMs !== undefined && answer.ms > input.withinMs ? [`took ${Math.round(answer.ms)} ms`] : [];
  const failed = answer.status >= 500 ? [`failed with ${answer.status} ${answer.text.slice(0, 300)}`] : [];
  return [
    ...leaksOf(answer, input.raw),
    ...slow,
    ...failed,
    ...verdict(trial, observed),
    ...untouched(trial, observed),
  ];
}

function verdict(trial: Trial, { answer }: Observed): string[] {
  const { expected } = trial.input;
  const said = `${answer.status} ${answer.code}`;
  switch (expected.kind) {
    case 'refused':
      return said === '422 INV_005' ? namesField(trial, answer) : [`answered ${said}, expected 422 INV_005`];
    case 'transport':
      return answer.status === expected.status && answer.code === 'INV_017'
        ? []
        : [`answered ${said}, expected ${expected.status} INV_017`];
    case 'state':
      return answer.code === expected.code ? [] : [`answered ${said}, expected ${expected.code}`];
    case 'either':
      return said === '422 INV_005' ? [] : taken(trial, answer, expected.as);
    case 'accepted':
      return taken(trial, answer, expected.as);
  }
}

/** The issue must be told of the field that was wrong, or of something that it belongs to. */
function namesField({ field }: Trial, answer: WireAnswer): string[] {
  const path = field.path.join('.');
  // A cursor and a strategy are looked at by the engine, which knows no paths of the input.
  if (field.kind === 'opaque' || field.name === 'strategy' || field.name === 'defaultStrategy') return [];
  return answer.issuePaths.some((told) => told === path || told.startsWith(`${path}.`) || path.startsWith(`${told}.`))
    ? []
    : [`names ${answer.issuePaths.join(', ')} instead of ${path}`];
}

function taken(trial: Trial, answer: WireAnswer, as: unknown): string[] {
  const said = `${answer.status} ${answer.code}`;
  if (trial.field.kind === 'integer') {
    const refusal = MAY_BE_REFUSED[trial.procedure];
    return answer.status === 200
      ? echoes(trial, answer, as)
      : refusal !== undefined && answer.code === refusal
        ? []
        : [`answered ${said}, expected success`];
  }
  const role =
    trial.field.kind === 'identifier' || trial.field.kind === 'id' ? roleOf(trial.procedure, trial.field) : 'stored';
  const same = as === trial.base;
  const missing = answer.status === 404 && (answer.code === 'INV_001' || answer.code === 'INV_007');
  if (!same && role === 'lookup') return missing ? [] : [`answered ${said}, expected 404: it is taken for another row`];
  if (!same && role === 'filter')
    return missing || isEmpty(answer) ? [] : [`answered ${said} with rows of another name`];
  if (!same && role === 'criterion')
    return answer.code === 'INV_002' || at(answer.data, ['available']) === 0
      ? []
      : [`answered ${said}, expected that no stock fits`];
  return answer.status === 200
    ? echoes(trial, answer, as)
    : [`answered ${said}, expected success: ${answer.text.slice(0, 200)}`];
}

function isEmpty(answer: WireAnswer): boolean {
  const items = at(answer.data, ['items']);
  return answer.status === 200 && Array.isArray(items) && items.length === 0;
}

/** Fields whose name means something else in the answer: the quantity of the whole hold, the business that it became, the list. */
const OTHER_IN_ANSWER = new Set([
  'reservation.deduct quantity',
  'reservation.convert from.businessId',
  'token.create locationIds.0',
]);

/** Where the answer has the field, it has it with this very value. */
function echoes({ procedure, field }: Trial, answer: WireAnswer, as: unknown): string[] {
  if (OTHER_IN_ANSWER.has(`${procedure} ${field.path.join('.')}`)) return [];
  const told = valuesOf(answer.data, field.name);
  const fits = told.length === 0 || as === null || told.includes(as);
  return fits ? [] : [`tells ${field.name} as ${JSON.stringify(told[0]).slice(0, 100)}`];
}

function valuesOf(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesOf(each, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === name ? [inner] : valuesOf(inner, name)));
}

function untouched(trial: Trial, { answer, changed }: Observed): string[] {
  const allowed =
    answer.status === 200
      ? [...(WRITES[trial.procedure] ?? []), ...(WRITES[trial.procedure] === undefined ? [] : ['command', 'outbox'])]
      : [];
  const stray = changed.filter((table) => !allowed.includes(table));
  return stray.length === 0 ? [] : [`changed ${stray.join(', ')} although it answered ${answer.status} ${answer.code}`];
}

/** True when the call needs goods of its own, because it may use them up. */
export function mayChange({ procedure, field, input }: Trial): boolean {
  if (WRITES[procedure] === undefined) return input.class === 40;
  const { kind } = input.expected;
  if (kind !== 'accepted' && kind !== 'either') return false;
  // A name of something else finds nothing, and a criterion that fits nothing takes nothing; only the same one in another form does.
  const finds =
    field.kind !== 'identifier' && field.kind !== 'id' ? true : ['stored', 'key'].includes(roleOf(procedure, field));
  return finds || input.class === 40;
}
