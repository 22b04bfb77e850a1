/** Makes one call on the subject, has the oracle judge it, and compares all balances after it. */
import { reservationState } from '@granary/contracts/reservation';
import type { Reservation } from '@granary/contracts/reservation';
import type { SerialSummary } from '@granary/contracts/serial';
import { compareDump, type Dump } from '../oracle/compare.ts';
import { judge } from '../oracle/judge.ts';
import type { InputOf, Mutation, Procedure } from '../oracle/procedures.ts';
import { expectEqual } from '../oracle/verdict.ts';
import { keyOf } from '../oracle/world.ts';
import type { OracleCaller } from '../oracle/settings.ts';
import { invoke } from './invoke.ts';
import type { ModelState, MutationStep, Step } from './state.ts';
import type { Subject } from './subject.ts';

const MUTATIONS: ReadonlySet<string> = new Set<Mutation>([
  ...(['sku.create', 'sku.update', 'location.create', 'location.update', 'batch.create', 'stock.configure'] as const),
  ...(['reservation.reserve', 'reservation.reserveMany', 'reservation.confirm', 'reservation.release'] as const),
  ...(['reservation.deduct', 'reservation.extend', 'reservation.convert', 'reservation.expireDue'] as const),
  ...(['inbound.purchase', 'inbound.return', 'inbound.production', 'inbound.opening', 'inbound.reverse'] as const),
  ...(['outbound.sales', 'outbound.damage', 'outbound.pick', 'outbound.supplierReturn', 'outbound.reverse'] as const),
  ...(['batch.merge', 'batch.split', 'batch.update', 'batch.expireDue', 'batch.recall'] as const),
  ...(['lock.business', 'lock.operation', 'lock.release', 'lock.expireDue'] as const),
  ...(['adjustment.adjust', 'adjustment.adjustMany', 'adjustment.count', 'adjustment.countMany'] as const),
  ...(['transfer.create', 'transfer.ship', 'transfer.receive', 'transfer.writeOff', 'transfer.cancel'] as const),
  ...(['outbound.transfer', 'inbound.transfer'] as const),
  ...(['inTransit.create', 'inTransit.update', 'inTransit.cancel'] as const),
  ...(['bundle.create', 'bundle.update', 'bundle.remove'] as const),
  ...(['virtual.create', 'virtual.update', 'virtual.remove'] as const),
]);

export function isMutation(step: Step): step is MutationStep {
  return MUTATIONS.has(step.procedure);
}

const ROWS_A_PAGE = 500;

/** What came of the call: `ok` or a code. */
export async function execute(subject: Subject, state: ModelState, step: Step): Promise<string> {
  const result = await call(subject, state, step);
  if (isMutation(step)) await compare(subject, state, result);
  return result;
}

/** The same without a look at the balances. */
export async function call(subject: Subject, state: ModelState, step: Step): Promise<string> {
  const result = await callAndJudge(subject, state, callerOf(step), step.procedure, step.input);
  if (isMutation(step)) state.journal.push(step);
  return result;
}

/** All balances, after a mutation with this result. */
export async function compare(subject: Subject, state: ModelState, result: string): Promise<void> {
  const found = await dump(subject, state, ['active', 'confirmed']);
  compareDump(state.world, found);
  expectNoNewRows(state, found, result);
}

/** Two of them: keys and caps are each one's own, and only one may tell late what happened. */
function callerOf({ isClerk }: Step): OracleCaller {
  return isClerk === true ? { actor: 'clerk', mayBackdate: false } : { actor: 'model', mayBackdate: true };
}

/** A level that only a refused call would have needed must not outlive its refusal. */
function expectNoNewRows(state: ModelState, { levels }: Dump, result: string): void {
  const rows = levels.map(({ skuId, locationId }) => keyOf(skuId, locationId)).toSorted();
  if (result !== 'ok') expectEqual('the levels after a refusal', rows, state.levelRows);
  state.levelRows = rows;
}

// One generic call, so that procedure and input stay a pair for the compiler.
async function callAndJudge<P extends Procedure>(
  ...[subject, state, caller, procedure, input]: [Subject, ModelState, OracleCaller, P, InputOf<P>]
): Promise<string> {
  state.calls += 1;
  const outcome = await invoke(subject, { procedure, input, caller });
  judge(state.world, { procedure, input, outcome, caller, now: subject.now() });
  return outcome.ok ? 'ok' : outcome.failure.code;
}

/** Every invariant by the subject's own means, and every reservation that ever was. */
export async function inspect(subject: Subject, state: ModelState): Promise<void> {
  const report = await subject.verify();
  expectEqual(
    'the violations that verify finds',
    { ok: report.ok, violations: report.violations },
    { ok: true, violations: [] },
  );
  compareDump(state.world, await dump(subject, state, reservationState.options));
}

async function dump(subject: Subject, { world }: ModelState, states: readonly Reservation['state'][]): Promise<Dump> {
  const { stock, batches, reservations, serials } = subject.domain;
  const held: Reservation[] = [];
  const levelRows = await everyPage((cursor) => stock.levels({ limit: ROWS_A_PAGE, cursor }));
  const batchRows = await everyPage((cursor) => batches.list({ limit: ROWS_A_PAGE, cursor }));
  for (const each of states)
    held.push(...(await everyPage((cursor) => reservations.list({ limit: ROWS_A_PAGE, state: each, cursor }))));
  const pieces: SerialSummary[] = [];
  const named = new Set([...world.pieces.values()].map((piece) => piece.skuId));
  for (const skuId of named)
    pieces.push(...(await everyPage((cursor) => serials.list({ limit: ROWS_A_PAGE, skuId, cursor }))));
  return {
    levels: levelRows,
    batches: batchRows,
    reservations: held,
    pieces,
    complete: states.length === reservationState.options.length,
  };
}

async function everyPage<T>(
  ask: (cursor: string | undefined) => Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
): Promise<T[]> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}
