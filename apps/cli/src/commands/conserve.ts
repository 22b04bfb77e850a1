/** `conserve`: random lives of goods, in the costing core and through services and database; no millionth may be lost in any of them. */
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { lossIn } from '@granary/cost/rehearsal/random-history';
import { tradeAtRandom, type TradeReport } from '@granary/cost/rehearsal/random-trade';
import { type CommandContext, defineCommand } from '../command.ts';
import { callHere } from '../fleet/call-here.ts';
import { createClosing } from '../fleet/closing.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { grouped, table } from '../table.ts';

const options = {
  sequences: {
    type: 'integer',
    placeholder: 'N',
    default: 9700,
    description: 'Random histories of a SKU in the costing core, checked after every step',
  },
  trades: {
    type: 'integer',
    placeholder: 'N',
    default: 300,
    description: 'Random trades through services and database, the books verified after each',
  },
  seed: {
    type: 'integer',
    placeholder: 'S',
    min: 1,
    max: 2_147_483_647,
    description: 'Repeats the same ones; new ones when left out',
  },
} as const;

type Context = CommandContext<typeof options>;

export const command = defineCommand({
  name: 'conserve',
  summary:
    'Random lives of goods by every costing method: value in must be value held, consumed and written off, to the last digit',
  options,
  async run(context) {
    const seed = context.values.seed ?? Date.now() % 2_147_483_647;
    const lost = inCore(context, seed);
    const { report, violations } = await onDatabase(context, seed);
    const { sequences, trades } = context.values;
    const losses = [lost, report.loss, ...violations].filter((each) => each !== undefined);
    const neverDone = Object.entries(report.done).flatMap(([kind, times]) => (times === 0 ? [kind] : []));
    const figures = { sequences, trades, seed, ...report, loss: lost ?? report.loss ?? null, violations, neverDone };
    const steps = table([...Object.entries(report.done), ['refused', report.refused]]);
    const verdict = `${grouped(sequences)} histories in the core and ${grouped(trades)} trades on a database, seed ${seed}: ${losses.length} losses.`;
    return { ok: losses.length === 0, figures, summary: [steps, '', verdict, ...losses].join('\n') };
  },
});

function inCore({ values, progress }: Context, seed: number): string | undefined {
  if (values.sequences === 0) return undefined;
  const bar = progress('in the core', values.sequences);
  try {
    return lossIn({ runs: values.sequences, seed, onRun: (done) => bar.at(done) });
  } finally {
    bar.end();
  }
}

async function onDatabase({ values, progress, signal }: Context, seed: number) {
  const closing = createClosing();
  try {
    const database = await openOwnDatabase('conserve');
    closing.add(() => database.drop());
    const settings = { STOCK_LOCK: 'none', STOCK_ALLOW_NEGATIVE: 'true', STOCK_COST_ENABLE_MULTI_CURRENCY: 'true' };
    const { domain, cost, close } = await openGranary(database.config(settings), { log: silentLog });
    closing.add(close);
    if (cost === undefined) throw new Error('a Granary of its own costs what it has');
    const bar = progress('on a database', values.trades);
    const onTrade = (done: number) => {
      signal.throwIfAborted();
      bar.at(done);
    };
    const report: TradeReport = await tradeAtRandom(
      { domain, cost, call: callHere() },
      { count: values.trades, seed, onTrade },
    );
    bar.end('verifying all of it');
    const { violations } = await domain.verify({ signal });
    return { report, violations: violations.map(({ invariant, row, detail }) => `${invariant} ${row}: ${detail}`) };
  } finally {
    await closing.close();
  }
}
