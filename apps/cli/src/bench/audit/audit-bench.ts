/** `bench audit`: a million rows of commands and ledger held against their signed checkpoints, and what only reading them costs. */
import { randomBytes } from 'node:crypto';
import { plusSeconds } from '@granary/contracts/instant';
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { type Bench, type BenchContext, rounded } from '../bench.ts';
import { fill } from '../growth/fill.ts';
import { onStage, type Stage } from '../load/stage.ts';
import { receiveStock } from '../load/stock.ts';
import { median } from '../rounds.ts';
import { readRaw } from './raw-read.ts';

/** Each leaves a command and a movement. */
const RESERVATIONS = 500_000;
const SKUS = 1000;
/** Every row is read, taken apart, hashed once or twice and compared; reading alone does the first of these. */
const MOST_TIMES = 5;
/** More than commands wait for until they are sealed. */
const LATER_SECONDS = 7200;

export const auditBench: Bench = {
  name: 'audit',
  summary:
    '1,000,000 rows of commands and ledger against their signed checkpoints, to reading them raw; it fills first',
  run: (context) =>
    onStage('audit', context, async (stage) => {
      const skuIds = await receiveStock(stage, { prefix: 'AUDIT', skus: context.sized(SKUS), batchesASku: 1 });
      const reservations = context.sized(RESERVATIONS);
      const bar = context.progress('filling', reservations);
      await fill(stage.references, { skuIds, reservations, bar, signal: context.signal });
      bar.end();
      const granary = await openLater(stage);
      const sealed = await seal(granary, context);
      const rounds = await measure(stage, granary, context);
      const times = median(rounds.map(({ verifyMs, readMs }) => verifyMs / readMs));
      return {
        goals: [
          stage.durable,
          { name: 'times reading the same rows raw', measured: times, limit: MOST_TIMES },
          { name: 'findings where nobody touched anything', measured: sumOf(rounds, 'findings'), limit: 0 },
          { name: 'sealed rows that were not looked at', measured: sumOf(rounds, 'missed'), limit: 0 },
          { name: 'touched rows that were not named', measured: await unnamed(stage, granary), limit: 0 },
        ],
        figures: { durability: stage.durability, skus: skuIds.length, ...sealed, rounds },
      };
    }),
};

/** Two hours on: what was just written is old enough to be sealed. */
async function openLater({ databaseUrl, closing }: Stage): Promise<Granary> {
  const config = parseConfig({
    ...{ DATABASE_URL: databaseUrl, STOCK_LOCK: 'none', STOCK_COST_ENABLED: 'false' },
    GRANARY_CHECKPOINT_KEY: `bench:${randomBytes(32).toString('base64')}`,
  });
  const granary = await openGranary(config, { log: silentLog, clock: (now) => plusSeconds(now, LATER_SECONDS) });
  closing.add(() => granary.close());
  return granary;
}

async function seal({ domain }: Granary, { progress, signal }: BenchContext) {
  const bar = progress('sealing');
  const startedAt = performance.now();
  const sums = { checkpoints: 0, commands: 0, movements: 0 };
  for (let isWhole = false; !isWhole;) {
    signal.throwIfAborted();
    const made = await domain.checkpoints.seal();
    sums.checkpoints += 1;
    sums.commands += made.commands;
    sums.movements += made.movements;
    bar.at(sums.commands + sums.movements, 'rows');
    ({ isWhole } = made);
  }
  bar.end();
  return { ...sums, sealSeconds: rounded((performance.now() - startedAt) / 1000) };
}

interface Round {
  readonly rows: number;
  readonly readMs: number;
  readonly verifyMs: number;
  readonly findings: number;
  readonly missed: number;
}

/** In turns; the first reading, which warms the server, is thrown away. */
async function measure(stage: Stage, { domain }: Granary, context: BenchContext): Promise<readonly Round[]> {
  await readRaw(stage.references, context.signal);
  const rounds: Round[] = [];
  for (let round = 0; round < context.rounds; round += 1) {
    const startedAt = performance.now();
    const rows = await readRaw(stage.references, context.signal);
    const readAt = performance.now();
    const { findings, commands, movements } = await domain.verifyAudit({ signal: context.signal });
    const verifyMs = rounded(performance.now() - readAt, 0);
    rounds.push({
      ...{ rows, readMs: rounded(readAt - startedAt, 0), verifyMs },
      ...{ findings: findings.length, missed: rows - commands - movements },
    });
    context.say(JSON.stringify(rounds.at(-1)));
  }
  return rounds;
}

/** A verification that names nothing would be quick as well. */
async function unnamed({ references }: Stage, { domain }: Granary): Promise<number> {
  await references.query(`UPDATE stock_movement SET reason = 'edited' ORDER BY sku_id DESC, version LIMIT 1`);
  await references.query(`UPDATE command SET actor = 'edited' ORDER BY command_id DESC LIMIT 1`);
  const { findings } = await domain.verifyAudit();
  const edited = findings.filter(({ kind }) => kind === 'edited').map(({ row }) => row.split(' ')[0]);
  return ['movement', 'command'].filter((noun) => !edited.includes(noun)).length + Math.abs(findings.length - 2);
}

const sumOf = (rounds: readonly Round[], figure: 'findings' | 'missed'): number =>
  rounds.reduce((sum, round) => sum + round[figure], 0);
