/**
 * The watch over variances: SKU by SKU the report of variances of the open month and the one before, as long as that is not
 * closed. What is told is kept, so that every variance is told once for a period, by whichever worker holds the lease.
 */
import type { VarianceInput, VarianceRow } from '@granary/contracts/cost-analysis';
import type { Page } from '@granary/contracts/page';
import type { Call } from '@granary/domain/call';
import { takeLease } from '@granary/domain/persistence/outbox-store';
import type { Tx } from '@granary/domain/persistence/transaction';
import { accepted } from '@granary/domain/refusal';
import { dayOf } from '@granary/domain/rules/calendar';
import { draftNow, type Engine, execute } from '@granary/domain/services/execution';
import { readPeriods } from '../persistence/period-store.ts';
import { readVariances, writeVariances } from '../persistence/variance-store.ts';
import { varianceFact, varianceNews } from '../rules/variance-news.ts';
import type { CostEngine } from './cost-engine.ts';

const ROWS_A_ROUND = 200;
const PERIODS = 2;
const LEASE = 'cost-variance-watch';

export interface VarianceRound {
  /** Names this worker among others. */
  readonly holder: string;
  readonly leaseMs: number;
  /** Where the last round ended; null begins anew. */
  readonly from: VariancePlace | null;
}

export interface VariancePlace {
  readonly periodId: string;
  readonly cursor: string | null;
}

export interface VarianceRounded {
  /** False when another worker watches. */
  readonly held: boolean;
  readonly told: number;
  /** Null when all has been looked at. */
  readonly next: VariancePlace | null;
}

export interface VarianceParts {
  readonly stock: Engine;
  readonly engine: CostEngine;
  readonly variance: (input: VarianceInput) => Promise<Page<VarianceRow>>;
}

export function createVarianceWatch(parts: VarianceParts) {
  return async (round: VarianceRound, call: Call): Promise<VarianceRounded> => {
    const { stock, engine } = parts;
    const { holder, leaseMs, from } = round;
    const held = await stock.units.write(call, (tx) => takeLease(tx, { holder, leaseMs, name: LEASE }));
    if (!held) return { held, told: 0, next: null };
    const watched = await stock.units.read((tx) => watchedPeriods(tx, engine));
    const at = watched.findIndex((periodId) => periodId === from?.periodId);
    const periodId = watched[Math.max(at, 0)];
    if (periodId === undefined) return { held, told: 0, next: null };
    const cursor = at === -1 ? null : (from?.cursor ?? null);
    const page = await parts.variance({
      ...{ periodId, onlyExceeded: false, limit: ROWS_A_ROUND },
      ...(cursor === null ? {} : { cursor }),
    });
    const told = await tell(stock, { periodId, seen: page.items }, call);
    if (page.nextCursor !== null) return { held, told, next: { periodId, cursor: page.nextCursor } };
    const following = watched[Math.max(at, 0) + 1];
    return { held, told, next: following === undefined ? null : { periodId: following, cursor: null } };
  };
}

async function watchedPeriods(tx: Tx, { config }: CostEngine): Promise<readonly string[]> {
  const today = dayOf(await tx.now(), config.timezone);
  const begun = (await readPeriods(tx)).filter(({ startsOn }) => startsOn <= today);
  return begun
    .slice(-PERIODS)
    .filter(({ state }) => state !== 'closed')
    .map(({ periodId }) => periodId);
}

interface Seen {
  readonly periodId: string;
  readonly seen: readonly VarianceRow[];
}

/** Looks without a lock first: nearly always there is no news. */
async function tell(stock: Engine, { periodId, seen }: Seen, call: Call): Promise<number> {
  const skuIds = seen.map(({ skuId }) => skuId);
  const newsIn = async (tx: Tx) =>
    varianceNews(seen, { told: await readVariances(tx, periodId, skuIds), now: await tx.now() });
  if ((await stock.units.read(newsIn)).length === 0) return 0;
  const input = { periodId };
  return await execute(stock, {
    ...{ procedure: 'cost.watchVariance', input, call },
    lock: { scope: 'document', keys: [] },
    decide: async (tx) => {
      const draft = await draftNow(tx, stock);
      const news = await newsIn(tx);
      draft.facts.push(...news.map((each) => varianceFact(each, tx.commandId)));
      const write = () =>
        writeVariances(
          tx,
          news.map(({ row }) => row),
        );
      return { draft, outcome: accepted(news.length), isIdle: news.length === 0, write };
    },
  });
}
