/**
 * Four processes read the stock of one another while each writes some of it: how old was the oldest answer. Every write takes one unit, so
 * an answer tells how many writes it contains, and the clock of the machine tells when each of them was acknowledged.
 */
import type { Stage } from '../load/stage.ts';
import { type Child, startChild } from '../load/child.ts';
import { call } from '../load/stock.ts';
import type { AgeOrder, Read, Written } from './reader-process.ts';

const PROCESSES = 4;
const SKUS_A_PROCESS = 5;
/** Enough for every write of a SKU. */
const UNITS = 1_000_000;

export interface Amount {
  readonly reads: number;
  readonly writes: number;
  readonly signal: AbortSignal;
}

export interface AnswerAge {
  readonly reads: number;
  readonly writes: number;
  readonly seconds: number;
  readonly olderThanOwn: number;
  readonly oldestMs: number;
  readonly unitsWrong: number;
  /** Answers that were kept, of all that were given. */
  readonly keptShare: number;
}

export async function measureAge(stage: Stage, { reads, writes, signal }: Amount): Promise<AnswerAge> {
  signal.throwIfAborted();
  const skuIds = Array.from({ length: PROCESSES * SKUS_A_PROCESS }, (_, place) => `AGE-${place}`);
  const lines = skuIds.map((skuId) => ({
    ...{ skuId, quantity: UNITS, unitCost: '1.00', batchNo: 'B', locationId: 'default', qualityLevel: 'A' as const },
  }));
  await stage.granary.domain.inbound.purchase({ documentNo: 'AGE', lines }, call);
  const children = Array.from({ length: PROCESSES }, () => startChild('read/reader-process'));
  stage.closing.add(() => Promise.all(children.map((child) => child.stop())).then(() => undefined));
  const { databaseUrl, redisUrl } = stage;
  const open: AgeOrder = { kind: 'open', databaseUrl, redisUrl, skuIds, units: UNITS };
  await Promise.all(children.map((child) => child.ask(open)));
  const startedAt = performance.now();
  const share = { reads: Math.ceil(reads / PROCESSES), writes: Math.ceil(writes / PROCESSES) };
  const told = await Promise.all(children.map((child, at) => run(child, { at, share, skuIds })));
  const seconds = (performance.now() - startedAt) / 1000;
  const items = await stage.granary.domain.stock.checkMany({ skuIds });
  const written = new Map(told.flatMap(({ written: own }) => own.map(({ skuId, ackedAtMs }) => [skuId, ackedAtMs])));
  const left = new Map(items.items.map(({ skuId, available }) => [skuId, available]));
  const sum = (of: (each: (typeof told)[number]) => number) => told.reduce((total, each) => total + of(each), 0);
  return {
    ...{ reads: sum((each) => each.reads), writes: sum((each) => each.writes), seconds },
    olderThanOwn: sum((each) => each.olderThanOwn),
    oldestMs: Math.max(
      0,
      ...told.flatMap(({ seen }) => seen.map((read) => ageOf(read, written.get(read.skuId) ?? []))),
    ),
    unitsWrong: skuIds.reduce(
      (wrong, skuId) => wrong + Math.abs(UNITS - (written.get(skuId)?.length ?? 0) - (left.get(skuId) ?? 0)),
      0,
    ),
    keptShare: sum((each) => each.kept) / sum((each) => each.reads),
  };
}

interface Share {
  readonly at: number;
  readonly share: { readonly reads: number; readonly writes: number };
  readonly skuIds: readonly string[];
}

async function run(child: Child, { at, share, skuIds }: Share): Promise<Written> {
  const own = skuIds.slice(at * SKUS_A_PROCESS, (at + 1) * SKUS_A_PROCESS);
  return await child.ask<Written>({ kind: 'run', own, ...share } satisfies AgeOrder);
}

/** For how long the first write that the answer lacked had been acknowledged when it was last given. */
function ageOf({ contained, lastAskedAtMs }: Read, ackedAtMs: readonly number[]): number {
  const missing = ackedAtMs[contained];
  return missing === undefined ? 0 : lastAskedAtMs - missing;
}
