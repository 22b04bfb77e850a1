/** Makes one call on the subject, has the oracle judge it, and compares all balances after it. */
import { reservationState } from '@granary/contracts/reservation';
import type { Reservation } from '@granary/contracts/reservation';
import { compareDump, type Dump } from '../oracle/compare.ts';
import { judge } from '../oracle/judge.ts';
import type { InputOf, Mutation, Procedure } from '../oracle/procedures.ts';
import { expectEqual } from '../oracle/verdict.ts';
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
  ...(['bundle.create', 'bundle.update', 'bundle.remove'] as const),
  ...(['virtual.create', 'virtual.update', 'virtual.remove'] as const),
]);

export function isMutation(step: Step): step is MutationStep {
  return MUTATIONS.has(step.procedure);
}

const ROWS_A_PAGE = 500;

/** What came of the call: `ok` or a code. */
export async function execute(subject: Subject, state: ModelState, step: Step): Promise<string> {
  const result = await callAndJudge(subject, state, step.procedure, step.input);
  if (isMutation(step)) {
    state.journal.push(step);
    compareDump(state.world, await dump(subject, ['active', 'confirmed']));
  }
  return result;
}

// One generic call, so that procedure and input stay a pair for the compiler.
async function callAndJudge<P extends Procedure>(
  ...[subject, state, procedure, input]: [Subject, ModelState, P, InputOf<P>]
): Promise<string> {
  state.calls += 1;
  const outcome = await invoke(subject, procedure, input);
  judge(state.world, { procedure, input, outcome, now: subject.now() });
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
  compareDump(state.world, await dump(subject, reservationState.options));
}

async function dump(subject: Subject, states: readonly Reservation['state'][]): Promise<Dump> {
  const { stock, batches, reservations } = subject.domain;
  const held: Reservation[] = [];
  const levelRows = await everyPage((cursor) => stock.levels({ limit: ROWS_A_PAGE, cursor }));
  const batchRows = await everyPage((cursor) => batches.list({ limit: ROWS_A_PAGE, cursor }));
  for (const each of states)
    held.push(...(await everyPage((cursor) => reservations.list({ limit: ROWS_A_PAGE, state: each, cursor }))));
  return {
    levels: levelRows,
    batches: batchRows,
    reservations: held,
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
