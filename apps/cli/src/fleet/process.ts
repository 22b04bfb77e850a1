/**
 * One api process of a fleet: the same code as apps/api, started by a parent that may also call its engine directly, ask
 * what it measured, or let it die between COMMIT and answer. It ends when its parent is gone.
 */
import { GranaryError } from '@granary/contracts/error';
import { salesInput } from '@granary/contracts/document';
import { reserveInput, reserveManyInput } from '@granary/contracts/reservation';
import { type RunningApi, startApi } from '@granary/api/start';
import type { Call, Domain } from '@granary/domain';
import { grantEverybody } from '@granary/domain/ports/lock-manager';
import { parseConfig } from '@granary/platform/env';
import { createLog } from '@granary/platform/log';
import type { Order, ProcessFacts, Report, ServicePath } from './message.ts';

const call: Call = { caller: { actor: 'local', address: null, agent: 'granary-fleet', requestId: 'fleet' } };
let api: RunningApi | undefined;
let diesAfterCommit = false;

const report = (message: Report) => process.send?.(message);

process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => {
  void obey(order).catch((error: unknown) =>
    report({ kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

async function obey(order: Order): Promise<void> {
  switch (order.kind) {
    case 'open':
      return open(order);
    case 'call':
      return answer(order.id, () => invoke(running().granary.domain, order.path, order.input));
    case 'facts':
      return answer(order.id, () => Promise.resolve(facts()));
    case 'die after commit':
      diesAfterCommit = true;
      return answer(order.id, () => Promise.resolve(null));
  }
}

async function open(order: Extract<Order, { kind: 'open' }>): Promise<void> {
  api = await startApi(parseConfig(order.settings), {
    // Only what must never happen: races provoke everything else on purpose.
    log: createLog({ level: 'error', name: 'api', to: 'stderr' }),
    onCommitted: () => {
      if (diesAfterCommit) process.kill(process.pid, 'SIGKILL');
    },
    ...(order.grantEverybody ? { locks: grantEverybody } : {}),
  });
  report({ kind: 'open', url: api.url });
}

function running(): RunningApi {
  if (api === undefined) throw new Error('the process is not open yet');
  return api;
}

function facts(): ProcessFacts {
  const { domain, lockCounters } = running().granary;
  return { peak: domain.unitOfWork.peak(), locks: lockCounters() };
}

async function answer(id: number, work: () => Promise<unknown>): Promise<void> {
  try {
    report({ kind: 'done', id, value: await work() });
  } catch (error) {
    if (!(error instanceof GranaryError)) throw error;
    report({ kind: 'refused', id, answer: error.toAnswer() });
  }
}

function invoke(domain: Domain, path: ServicePath, input: unknown): Promise<unknown> {
  switch (path) {
    case 'reservation.reserve':
      return domain.reservations.reserve(reserveInput.parse(input), call);
    case 'reservation.reserveMany':
      return domain.reservations.reserveMany(reserveManyInput.parse(input), call);
    case 'outbound.sales':
      return domain.outbound.sales(salesInput.parse(input), call);
  }
}
