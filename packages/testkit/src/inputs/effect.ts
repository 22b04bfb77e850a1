/** Whether a call did exactly what its input deserves: nothing at all, or its own effect with the value as it was sent. */
import { type Expectation, rawOf } from './bad-input.ts';
import type { FieldKind } from './schema-fields.ts';
import { sheetOf } from './sheets/all.ts';
import type { Trial } from './trial.ts';
import { at, leaksOf, type WireAnswer } from './wire.ts';

/** Every way in which an answer fell short; empty when it is what it must be. `own` is what stood in the valid call. */
export function problemsOf(trial: Trial, answer: WireAnswer, own: unknown): string[] {
  const { input } = trial;
  const slow = input.withinMs !== undefined && answer.ms > input.withinMs ? [`took ${Math.round(answer.ms)} ms`] : [];
  const failed = answer.status >= 500 ? [`failed with ${answer.status} ${answer.text.slice(0, 300)}`] : [];
  return [...leaksOf(answer, rawOf(input, own)), ...slow, ...failed, ...verdict(trial, answer, own)];
}

function verdict(trial: Trial, answer: WireAnswer, own: unknown): string[] {
  const { expected } = trial.input;
  const said = `${answer.status} ${answer.code}`;
  switch (expected.kind) {
    case 'refused':
      // A strategy of cost is refused by a code of its own.
      return said === '422 INV_005' || (trial.role === 'strategy' && said === '400 COST_003')
        ? [...namesField(trial, answer), ...tellsWhat(trial, answer)]
        : [`answered ${said}, expected 422 INV_005`];
    case 'transport':
      return answer.status === expected.status && answer.code === 'INV_017'
        ? []
        : [`answered ${said}, expected ${expected.status} INV_017`];
    case 'either':
      return said === '422 INV_005' ? [] : taken(trial, answer, { as: expected.as, isSame: false });
    case 'accepted':
      return taken(trial, answer, { as: expected.as, isSame: expected.as === own });
    case 'same':
      return taken(trial, answer, { as: own, isSame: true });
  }
}

/** The issue must be told of the field that was wrong, or of something that it belongs to. */
function namesField({ field, role, input }: Trial, answer: WireAnswer): string[] {
  const path = field.path.join('.');
  // A cursor and a strategy are looked at by the engine, which knows no paths of the input.
  if (path === '' || field.kind === 'opaque' || role === 'strategy') return [];
  // How deep a body may be is asked of the whole of it.
  if (input.class === 96 && answer.issuePaths.includes('')) return [];
  return answer.issuePaths.some((told) => told === path || told.startsWith(`${path}.`) || path.startsWith(`${told}.`))
    ? []
    : [`names ${answer.issuePaths.join(', ')} instead of ${path}`];
}

function tellsWhat({ input: { tells } }: Trial, answer: WireAnswer): string[] {
  return tells === undefined || answer.text.includes(tells) ? [] : [`does not tell ${tells}`];
}

const STATEFUL: ReadonlySet<FieldKind> = new Set(['integer', 'instant', 'date', 'money', 'signed', 'rate'] as const);

/** Of stock, of any row, of a period. */
const NOT_FOUND: ReadonlySet<string> = new Set(['INV_001', 'INV_007', 'COST_004']);

function taken(trial: Trial, answer: WireAnswer, { as, isSame }: { as: unknown; isSame: boolean }): string[] {
  const said = `${answer.status} ${answer.code}`;
  if (STATEFUL.has(trial.field.kind) && answer.status !== 200)
    return answer.code !== '' && answer.code === refusalOf(trial) ? [] : [`answered ${said}, expected success`];
  const { role } = trial;
  const isName = trial.field.kind === 'identifier' || trial.field.kind === 'id';
  const missing = answer.status === 404 && NOT_FOUND.has(answer.code);
  if (!isSame && isName && role === 'lookup')
    return missing ? [] : [`answered ${said}, expected 404: it is taken for another row`];
  if (!isSame && isName && role === 'filter')
    return missing || isEmpty(answer) ? [] : [`answered ${said} with rows of another name`];
  if (!isSame && isName && role === 'criterion')
    return answer.code === 'INV_002' || at(answer.data, ['available']) === 0
      ? []
      : [`answered ${said}, expected that no stock fits`];
  return answer.status === 200
    ? echoes(trial, answer, as)
    : [`answered ${said}, expected success: ${answer.text.slice(0, 200)}`];
}

/** By which state a valid number or time may be refused. */
function refusalOf({ procedure, field }: Trial): string | undefined {
  const may = sheetOf(procedure)?.mayAnswer;
  return may?.[field.name] ?? (field.kind === 'integer' ? may?.['*'] : undefined);
}

function isEmpty(answer: WireAnswer): boolean {
  const items = at(answer.data, ['items']);
  return answer.status === 200 && Array.isArray(items) && items.length === 0;
}

/** Where the answer has the field, it has it with this very value. */
function echoes({ procedure, field }: Trial, answer: WireAnswer, as: unknown): string[] {
  if (field.kind === 'object' || sheetOf(procedure)?.toldOtherwise?.includes(field.path.join('.')) === true) return [];
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

const TAKEN: ReadonlySet<Expectation['kind']> = new Set(['accepted', 'either', 'same']);

/** True when the call needs goods of its own, because it may use them up. */
export function mayChange({ procedure, field, role, input }: Trial): boolean {
  const { kind } = input.expected;
  if (kind === 'same') return true;
  if (sheetOf(procedure)?.writes === undefined || !TAKEN.has(kind)) return false;
  // A name of something else finds nothing, and a criterion that fits nothing takes nothing.
  const isName = field.kind === 'identifier' || field.kind === 'id';
  return !isName || ['stored', 'key', 'address'].includes(role);
}

/** What changed and must not have; `isTaken` when the call, or one of several, succeeded. */
export function strayOf(procedure: string, isTaken: boolean, changed: readonly string[]): string[] {
  const own = sheetOf(procedure)?.writes;
  const allowed = isTaken && own !== undefined ? [...own, 'command', 'command_sku', 'outbox'] : [];
  const stray = changed.filter((table) => !allowed.includes(table));
  return stray.length === 0 ? [] : [`changed ${stray.join(', ')} although it ${isTaken ? 'may not' : 'was refused'}`];
}
