/** Calls as large, as many and as crooked as they may be. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { calculateManyInput } from '@granary/contracts/cost';
import { GranaryError } from '@granary/contracts/error';
import { isCommit } from '@granary/testkit/mysql-messages';
import { callHere } from '../fleet/call-here.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { percentile } from '../snapshot/load.ts';
import { codeOf, doIt } from './acts.ts';
import { type BedFault, type Happening, type OwnFault, unless } from './fault.ts';
import { hold, purchase } from './inputs.ts';
import { metricOf } from './metric.ts';
import { DEADLINE_MS, type Testbed } from './testbed.ts';

const WIDE = 200;
const REPEATS = 6;
const SINGLES = 60;
const BAD_LINES = [1, 100, 200];
const LARGEST = 1_000;
const ALL_SKUS = 10_000;
const LARGE_WITHIN_MS = 20_000;
const COMMIT_MS = 20;
const HOT_MS = 3_000;
const HOT_LANES = 80;

export const limitFaults: readonly (BedFault | OwnFault)[] = [
  {
    id: 'F46',
    title: 'the widest calls come with repeated SKUs and in opposite orders, beside single ones',
    inject: 'several lines of 200 forwards, backwards and doubled, and single holds of the same SKUs at once',
    expect: 'no deadlock, everybody is served, each line is held once',
    on: 'testbed',
    run: crookedOrders,
  },
  {
    id: 'F47',
    title: 'one line of 200 is bad',
    inject: 'line 1, 100 or 200 wants more than there is; then all three',
    expect: 'nothing is changed, and every bad line is named',
    on: 'testbed',
    isFast: true,
    run: badLines,
  },
  {
    id: 'F48',
    title: 'the largest documents and calculations',
    inject: '1,000 lines ten times, 10,000 SKUs costed in one call, and one line more than allowed',
    expect: 'within their time; one more is refused as INV_005',
    on: 'own',
    limitMs: 120_000,
    run: largest,
  },
  {
    id: 'F49',
    title: 'one row is wanted by everybody while COMMIT is slow',
    inject: 'the proxy delays every COMMIT by 20 ms, 80 callers for one SKU',
    expect: 'all are answered within the deadline, at the end as fast as at the beginning',
    on: 'testbed',
    run: hotRow,
  },
];

async function crookedOrders(bed: Testbed): Promise<Happening> {
  const skuIds = [...(await bed.stock('WIDE', WIDE / 2, 1_000)).keys()];
  const { domain } = bed.api.granary;
  const deadlocksBefore = await conflictsOf(bed);
  const twice = [...skuIds, ...skuIds];
  const wide = (order: readonly string[]) => {
    const businessId = bed.name('wide');
    const lines = order.map((skuId, each) => hold(skuId, 1, { businessId, lineId: String(each) }));
    return domain.reservations.reserveMany({ lines }, { ...callHere(), deadlineMs: LARGE_WITHIN_MS });
  };
  const single = (each: number) => {
    const act = { name: bed.name('single'), kind: 'hold', skuId: skuIds[each % skuIds.length] ?? '' } as const;
    return doIt(domain, { ...act, deadlineMs: LARGE_WITHIN_MS });
  };
  const ends = await Promise.allSettled([
    ...Array.from({ length: REPEATS }, () => wide(twice)),
    ...Array.from({ length: REPEATS }, () => wide(twice.toReversed())),
    ...Array.from({ length: SINGLES }, (_, each) => single(each)),
  ]);
  const failed = ends.flatMap((end) => (end.status === 'rejected' ? [codeOf(end.reason)] : []));
  const [held] = await bed.ask('SELECT SUM(reserved) AS n FROM stock_level WHERE sku_id IN (?)', [skuIds]);
  const wanted = 2 * REPEATS * WIDE + SINGLES;
  const deadlocks = (await conflictsOf(bed)) - deadlocksBefore;
  return {
    happened: ends.length,
    problems: [
      ...unless(failed.length === 0, `not served: ${failed.join(' ')}`),
      ...unless(Number(held?.['n']) === wanted, `${String(held?.['n'])} are held of ${wanted}`),
      ...unless(deadlocks === 0, `${deadlocks} deadlocks`),
    ],
    figures: { lines: wanted, deadlocks },
  };
}

const conflictsOf = ({ api }: Testbed) => metricOf(api.granary, 'granary_conflicts_total', 'deadlock');

async function badLines(bed: Testbed): Promise<Happening> {
  const skuIds = [...(await bed.stock('BAD', WIDE, 5)).keys()];
  const { domain } = bed.api.granary;
  const problems: string[] = [];
  const tries = [...BAD_LINES.map((bad) => [bad]), BAD_LINES];
  for (const bad of tries) {
    const businessId = bed.name('bad');
    const lines = skuIds.map((skuId, each) => hold(skuId, bad.includes(each + 1) ? 6 : 1, businessId));
    const refusal = await domain.reservations.reserveMany({ lines }, callHere()).then(
      () => undefined,
      (error: unknown) => error,
    );
    const told = refusal instanceof GranaryError ? JSON.stringify(refusal.details) : String(refusal);
    const missing = bad.filter((each) => !told.includes(`"${skuIds[each - 1]}"`));
    const held = await bed.ask('SELECT 1 AS one FROM reservation WHERE business_id = ?', [businessId]);
    problems.push(
      ...unless(refusal instanceof GranaryError && refusal.code === 'INV_002', `answered by ${String(refusal)}`),
      ...unless(missing.length === 0, `lines ${missing.join(', ')} were not named`),
      ...unless(held.length === 0, `${held.length} lines were held`),
    );
  }
  const [sum] = await bed.ask('SELECT SUM(reserved) AS n FROM stock_level WHERE sku_id IN (?)', [skuIds]);
  return { happened: tries.length, problems: [...problems, ...unless(Number(sum?.['n']) === 0, 'something was held')] };
}

async function largest(): Promise<Happening> {
  const database = await openOwnDatabase('faults_largest');
  try {
    const config = database.config({ STOCK_LOCK: 'none', REQUEST_DEADLINE_MS: '30000' });
    const granary = await openGranary(config, { log: silentLog });
    try {
      return await largestOn(granary);
    } finally {
      await granary.close();
    }
  } finally {
    await database.drop();
  }
}

async function largestOn({ domain, cost }: Awaited<ReturnType<typeof openGranary>>): Promise<Happening> {
  const problems: string[] = [];
  const took: number[] = [];
  const timed = async (work: () => Promise<unknown>) => {
    const startedAt = performance.now();
    await work();
    took.push(Math.round(performance.now() - startedAt));
  };
  for (let document = 0; document < ALL_SKUS / LARGEST; document += 1) {
    const lines = Array.from({ length: LARGEST }, (_, each) => ({
      skuId: `L-${document * LARGEST + each}`,
      quantity: 3,
    }));
    await timed(() => domain.inbound.purchase(purchase(`LARGE-${document}`, lines), callHere()));
  }
  const items = Array.from({ length: ALL_SKUS }, (_, each) => ({ skuId: `L-${each}`, quantity: 1 }));
  await timed(async () => cost?.calculateMany(calculateManyInput.parse({ items })));
  const slowestMs = Math.max(...took);
  const isRefused = !calculateManyInput.safeParse({ items: [...items, { skuId: 'ONE-MORE', quantity: 1 }] }).success;
  const { violations } = await domain.verify({});
  return {
    happened: took.length,
    problems: [
      ...problems,
      ...unless(slowestMs <= LARGE_WITHIN_MS, `the slowest took ${slowestMs} ms`),
      ...unless(isRefused, 'one SKU more than allowed was taken'),
      ...violations.slice(0, 5).map(({ invariant, row }) => `${invariant} ${row}`),
    ],
    figures: { 'slowest, ms': slowestMs, 'costing 10,000, ms': took.at(-1) ?? 0 },
  };
}

async function hotRow(bed: Testbed): Promise<Happening> {
  const [skuId = ''] = (await bed.stock('HOT', 1, 1_000_000)).keys();
  const slow = bed.line.inject({ match: isCommit, fault: { kind: 'delay', ms: COMMIT_MS }, times: Infinity });
  const took: number[] = [];
  const doneAt: number[] = [];
  const ends: Record<string, number> = {};
  const startedAt = performance.now();
  const lane = async () => {
    while (performance.now() - startedAt < HOT_MS) {
      const since = performance.now();
      const end = await doIt(bed.api.granary.domain, { name: bed.name('hot'), kind: 'hold', skuId }).then(
        () => 'done',
        codeOf,
      );
      took.push(performance.now() - since);
      ends[end] = (ends[end] ?? 0) + 1;
      if (end === 'done') doneAt.push(performance.now() - startedAt);
      else await sleep(COMMIT_MS);
    }
  };
  try {
    await Promise.all(Array.from({ length: HOT_LANES }, lane));
  } finally {
    slow.remove();
  }
  const inSecond = (second: number) => doneAt.filter((at) => Math.floor(at / 1_000) === second).length;
  const [held] = await bed.ask('SELECT reserved AS n FROM stock_level WHERE sku_id = ?', [skuId]);
  const strange = Object.keys(ends).filter((end) => end !== 'done' && end !== 'INV_012');
  const p99 = Math.round(percentile(took, 0.99));
  return {
    happened: slow.struck(),
    problems: [
      ...unless(strange.length === 0, `answered by ${strange.join(' ')}`),
      ...unless(p99 <= DEADLINE_MS, `p99 was ${p99} ms`),
      ...unless(inSecond(2) >= inSecond(0) / 3, `${inSecond(0)} in the first second and ${inSecond(2)} in the third`),
      ...unless(
        Number(held?.['n']) === (ends['done'] ?? 0),
        `${String(held?.['n'])} are held, and ${ends['done']} were told so`,
      ),
    ],
    figures: { ...ends, 'p99, ms': p99, 'a second': Math.round(doneAt.length / (HOT_MS / 1_000)) },
  };
}
