/** Records histories on a stage, several at once and in turn under every trouble, and judges each as it ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from './history.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { createApiShop } from './api-shop.ts';
import { record } from './record.ts';
import { openStage, type Stage } from './stage.ts';
import { stir, type TroubleName } from './troubles.ts';
import { judge, noPlants, type Planted, sumOfPlants, type Verdict, type Violation } from './verdict.ts';

export interface HistoriesOptions {
  readonly count: number;
  readonly operations: number;
  readonly clients: number;
  readonly seed: number;
  readonly troubles: readonly TroubleName[];
  /** Into how many of them faults are planted, to see them found. */
  readonly plants: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, note: string) => void;
}

export interface Round {
  readonly trouble: TroubleName;
  /** How often it happened. */
  readonly happened: number;
  readonly histories: number;
  readonly operations: number;
  readonly unknown: number;
  readonly expired: number;
  /** Histories of which some level could not be judged in time. */
  readonly undecided: number;
}

export interface HistoriesReport extends Omit<Round, 'trouble' | 'happened'> {
  readonly rounds: readonly Round[];
  readonly violations: readonly Violation[];
  readonly planted: Planted;
}

/** The database may be away for as long as a start takes. */
const LOOKS = 50;
const LOOK_AGAIN_MS = 200;
/** Histories that share the processes, each with levels of its own. */
const AT_ONCE = 6;
const SHORT_LIFE_MS = 1_000;

export async function runHistories(options: HistoriesOptions): Promise<HistoriesReport> {
  const { count, troubles, signal } = options;
  const rounds: Round[] = [];
  const verdicts: Verdict[] = [];
  const violations: Violation[] = [];
  const stage = await openStage();
  try {
    for (const [at, trouble] of troubles.entries()) {
      if (signal.aborted) break;
      const share = Math.floor((count * (at + 1)) / troubles.length) - verdicts.length;
      const round = await underTrouble(stage, trouble, { ...options, count: share, done: verdicts.length });
      rounds.push(round.sum);
      verdicts.push(...round.verdicts);
    }
    const found = await stage.granary.domain.verify({}).then((report) => report.violations);
    violations.push(
      ...found.map(({ invariant, row, detail }) => ({
        seed: 0,
        key: row,
        problem: `${invariant}: ${detail}`,
        events: [],
      })),
    );
  } finally {
    await stage.close();
  }
  return {
    ...sumOf(verdicts),
    rounds,
    violations: [...verdicts.flatMap((verdict) => verdict.violations), ...violations],
    planted: verdicts.reduce((sum, { planted }) => sumOfPlants(sum, planted), noPlants),
  };
}

interface Share extends HistoriesOptions {
  /** Histories that were recorded before. */
  readonly done: number;
}

async function underTrouble(stage: Stage, trouble: TroubleName, share: Share) {
  const { count, done, onProgress, signal } = share;
  const calm = stir(stage, trouble);
  const verdicts: Verdict[] = [];
  let next = 0;
  const line = async () => {
    while (next < count && !signal.aborted) {
      next += 1;
      verdicts.push(await one(stage, share, done + next));
      onProgress(done + verdicts.length, trouble);
    }
  };
  const lines = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, count) }, line));
  const happened = await calm();
  for (const each of lines) if (each.status === 'rejected') throw each.reason;
  return { verdicts, sum: { trouble, happened, ...sumOf(verdicts) } };
}

async function one(stage: Stage, share: Share, number: number): Promise<Verdict> {
  const { clients, operations, seed, plants, signal } = share;
  const shop = createApiShop(stage.clients);
  const recording = { seed: seed * 100_000 + number, clients, operations, shortLifeMs: SHORT_LIFE_MS, signal };
  const history = await record(shop, recording);
  return judge(history, await ledgersOf(stage, history), { plants: number <= plants });
}

/** The database may be away just now. */
async function ledgersOf({ granary }: Stage, { levels }: History): Promise<readonly Ledger[]> {
  const read = () => Promise.all(levels.map(({ key }) => readLedger(granary.dataSource, key)));
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      if (tries === LOOKS) throw error;
      await sleep(LOOK_AGAIN_MS);
    }
  }
}

function sumOf(verdicts: readonly Verdict[]): Omit<Round, 'trouble' | 'happened'> {
  const sum = (of: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  return {
    histories: verdicts.length,
    operations: sum(({ operations }) => operations),
    unknown: sum(({ unknown }) => unknown),
    expired: sum(({ expired }) => expired),
    undecided: verdicts.filter(({ undecided }) => undecided > 0).length,
  };
}
