/**
 * What must hold after every fault: calls are served again, what is due is told and swept, no invariant is broken, what was
 * acknowledged is there, no connection is busy and no lock is left.
 */
import { createWorker } from '@granary/worker/worker';
import { silentLog } from '@granary/platform/log';
import type { Granary } from '@granary/platform/granary';
import { judge } from '../effects/judge.ts';
import { readKept } from '../effects/kept.ts';
import { readWaiting } from '../events/queues.ts';
import type { Told } from './fault.ts';
import { metricOf } from './metric.ts';
import { type Testbed, untilSo } from './testbed.ts';

const RECOVERED_WITHIN_MS = 15_000;
const SETTLED_WITHIN_MS = 20_000;
const IDLE_WITHIN_MS = 5_000;
const LEASE_MS = 500;
const OVERDUE = `SELECT COUNT(*) AS n FROM reservation WHERE state = 'active' AND expires_at < UTC_TIMESTAMP(6)`;
const TRANSACTIONS = `SELECT trx_state, trx_query FROM information_schema.innodb_trx
  WHERE trx_mysql_thread_id <> CONNECTION_ID() AND trx_started < NOW() - INTERVAL 1 SECOND`;
const MOST_TOLD = 10;
const POOL = 'granary_pool_connections';

/** Problems; none when the testbed is as sound as it was before. */
export async function unsound(bed: Testbed, told?: Told): Promise<readonly string[]> {
  bed.inside();
  const skuId = bed.name('SOUND');
  const serves = await untilSo(async () => {
    const lines = [{ skuId, quantity: 1, unitCost: '1.00' }];
    await bed.client.inbound.purchase.mutate({ documentNo: skuId, lines });
    return true;
  }, RECOVERED_WITHIN_MS);
  if (serves === undefined) return [`the api does not serve again within ${RECOVERED_WITHIN_MS} ms`];
  const late = await settle(bed);
  const { violations } = await bed.looking.domain.verify({});
  return [
    ...late,
    ...violations.slice(0, MOST_TOLD).map(({ invariant, row, detail }) => `${invariant} ${row}: ${detail}`),
    ...(told === undefined ? [] : await untrue(bed, told)),
    ...(await busy(bed)),
  ];
}

/** A worker of its own sweeps and tells what is left, and stops before anybody looks. */
async function settle({ looking }: Testbed): Promise<readonly string[]> {
  const worker = createWorker({
    ...{ domain: looking.domain, cost: looking.cost, log: silentLog },
    // The next one must not wait for the lease of this one.
    ...{ intervalMs: 100, pollMs: 50, leaseMs: LEASE_MS, delivery: { pollMs: 50, leaseMs: LEASE_MS } },
  });
  worker.start();
  try {
    const database = looking.dataSource;
    const isSettled = async () => {
      const [row] = await database.query<{ n: string }[]>(OVERDUE);
      const { outbox, pending } = await readWaiting(database);
      return Number(row?.n ?? 0) === 0 && outbox + pending === 0;
    };
    if ((await untilSo(isSettled, SETTLED_WITHIN_MS)) !== undefined) return [];
    const { outbox, pending } = await readWaiting(database);
    return [`${outbox} in the outbox and ${pending} in queues, or overdue holds, are left`];
  } finally {
    await worker.stop();
  }
}

async function untrue({ looking }: Testbed, { diary, opening }: Told): Promise<readonly string[]> {
  const { lost, problems } = judge(diary, await readKept(looking.dataSource, opening));
  return [...lost, ...problems];
}

async function busy(bed: Testbed): Promise<readonly string[]> {
  const engines = [bed.api.granary, bed.looking];
  const used = async () => (await Promise.all(engines.map(inUse))).reduce((sum, count) => sum + count, 0);
  const isIdle = async () => (await used()) === 0 && (await bed.ask(TRANSACTIONS)).length === 0;
  if ((await untilSo(isIdle, IDLE_WITHIN_MS)) !== undefined) return [];
  const open = await bed.ask(TRANSACTIONS);
  return [`${await used()} connections are in use or waited for, and transactions are left: ${JSON.stringify(open)}`];
}

async function inUse(granary: Granary): Promise<number> {
  const states = await Promise.all(['used', 'waiting'].map((state) => metricOf(granary, POOL, `state="${state}"`)));
  return states.reduce((sum, count) => sum + count, 0);
}
