/** Whether a call did exactly what its input deserves: nothing at all, or its own effect with the value as it was sent. */
import { roleOf } from './field-role.ts';
import type { Trial } from './trial.ts';
import { at, leaksOf, type WireAnswer } from './wire.ts';
import { type Observed, strayOf, writesOf } from './writes.ts';

/** Refusals by state that an amount or a time may meet although it is valid. */
const MAY_BE_REFUSED: Readonly<Record<string, string>> = {
  ...{
    'reservation.reserve': 'INV_002',
    'reservation.reserveMany': 'INV_002',
    'outbound.sales': 'INV_002',
    'outbound.damage': 'INV_002',
    'outbound.pick': 'INV_002',
    // More than a level can count, or another version than the one that stands.
    'adjustment.adjust': 'INV_010',
    'adjustment.adjustMany': 'INV_010',
    'adjustment.count onHandVersion': 'INV_010',
    'adjustment.countMany onHandVersion': 'INV_010',
    'outbound.supplierReturn': 'INV_002',
    // A line that the original has not.
    'inbound.return originalLine': 'INV_007',
    'outbound.supplierReturn originalLine': 'INV_007',
    'stock.allocate': 'INV_002',
    'lock.business': 'INV_002',
    'batch.split': 'INV_002',
    'outbound.transfer': 'INV_002',
    // Pieces of a line that the plan has not.
    ...{ 'transfer.ship line': 'INV_005', 'outbound.transfer line': 'INV_005' },
    // A line that it has not, or more than is on the way.
    ...{ 'transfer.receive line': 'INV_007', 'inbound.transfer line': 'INV_007', 'transfer.writeOff line': 'INV_007' },
    ...{ 'transfer.receive': 'INV_010', 'inbound.transfer': 'INV_010', 'transfer.writeOff': 'INV_010' },
    'inTransit.update line': 'INV_007',
    // A part that is not the next one.
    'import.upload': 'INV_010',
  },
  ...{ 'reservation.deduct': 'INV_010', 'reservation.extend': 'INV_010', 'batch.create': 'INV_010' },
};

/** Every way in which a call fell short; empty when it did what it must. */
export function problemsOf(trial: Trial, { answer, changed }: Observed): string[] {
  const { input } = trial;
  const slow = input.withinMs !== undefined && answer.ms > input.withinMs ? [`took ${Math.round(answer.ms)} ms`] : [];
  const failed = answer.status >= 500 ? [`failed with ${answer.status} ${answer.text.slice(0, 300)}`] : [];
  return [
    ...leaksOf(answer, input.raw),
    ...slow,
    ...failed,
    ...verdict(trial, answer),
    ...strayOf(trial.procedure, { answer, changed }),
  ];
}

function verdict(trial: Trial, answer: WireAnswer): string[] {
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
    const refusal = MAY_BE_REFUSED[`${trial.procedure} ${trial.field.name}`] ?? MAY_BE_REFUSED[trial.procedure];
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
  'lock.operation operationType',
  // Why it was locked; why it was released is told as endReason.
  'lock.release reason',
  // The answer has the reason of the plan; why it ended is told as endReason, and how many were planned as quantity.
  ...['transfer.cancel reason', 'transfer.writeOff reason', 'transfer.writeOff lines.0.quantity'],
  ...['transfer.receive writeOff.reason', 'inbound.transfer writeOff.reason'],
]);

/** Where the answer has the field, it has it with this very value. */
function echoes({ procedure, field }: Trial, answer: WireAnswer, as: unknown): string[] {
  if (OTHER_IN_ANSWER.has(`${procedure} ${field.path.join('.')}`)) return [];
  // One of a list is told within the list.
  const told = valuesOf(answer.data, field.name).flat();
  const fits = told.length === 0 || as === null || told.includes(as);
  return fits ? [] : [`tells ${field.name} as ${JSON.stringify(told[0]).slice(0, 100)}`];
}

function valuesOf(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesOf(each, name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === name ? [inner] : valuesOf(inner, name)));
}

/** True when the call needs goods of its own, because it may use them up. */
export function mayChange({ procedure, field, input }: Trial): boolean {
  if (writesOf(procedure) === undefined) return input.class === 40;
  const { kind } = input.expected;
  if (kind !== 'accepted' && kind !== 'either') return false;
  // A name of something else finds nothing, and a criterion that fits nothing takes nothing; only the same one in another form does.
  const finds =
    field.kind !== 'identifier' && field.kind !== 'id'
      ? true
      : ['stored', 'key', 'address'].includes(roleOf(procedure, field));
  return finds || input.class === 40;
}
