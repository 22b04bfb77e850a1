/** `npm run -s model`: random calls on a real engine, every answer compared with an oracle written from the specification. */
import { runModel } from '@granary/testkit/model/run-model';
import { testServers } from '@granary/testkit/servers';
import { defineCommand } from '../command.ts';
import { openEmptyDatabase } from '../model/empty-database.ts';
import { subjectsOn } from '../model/model-subject.ts';
import { printReport } from '../model/print-report.ts';

const engines = ['mariadb', 'mysql'] as const;

export const command = defineCommand({
  name: 'model',
  summary: 'Random calls on a real engine, each compared with an oracle written from the specification',
  options: {
    runs: { type: 'integer', placeholder: 'N', default: 300, min: 1, description: 'Runs, each in an empty world' },
    commands: { type: 'integer', placeholder: 'N', default: 100, min: 1, description: 'Commands of a run on average' },
    seed: {
      type: 'integer',
      placeholder: 'S',
      min: -2_147_483_648,
      max: 2_147_483_647,
      description: 'Repeats the same calls; a new one when left out',
    },
    deficits: {
      type: 'boolean',
      description: 'With STOCK_ALLOW_NEGATIVE on: a sale that is short sells what there is and owes the rest',
    },
    engine: {
      type: 'string',
      choices: engines,
      placeholder: engines.join('|'),
      description: 'The database that it runs on; the one that is found when left out',
    },
    path: { type: 'string', placeholder: 'PATH', description: 'Repeats one failure, as it was printed' },
    'replay-path': { type: 'string', placeholder: 'PATH', description: 'Goes with --path' },
    'inspect-every': {
      type: 'integer',
      placeholder: 'N',
      default: 10,
      min: 1,
      description: 'Calls between two runs of verify',
    },
    'shrink-seconds': {
      type: 'integer',
      placeholder: 'N',
      default: 120,
      description: 'How long to look for a shorter failure',
    },
  },
  async run({ values, progress, signal }) {
    const { engine } = await testServers({ engine: engines.find((each) => each === values.engine) });
    const database = await openEmptyDatabase('model');
    const bar = progress('model runs', values.runs);
    try {
      const report = await runModel({
        open: subjectsOn(database, { allowNegative: values.deficits }),
        allowNegative: values.deficits,
        strategies: ['fifo', 'lifo', 'fefo', 'cost_optimized', 'least_batches'],
        runs: values.runs,
        commands: values.commands,
        seed: values.seed ?? Date.now() % 2_147_483_647,
        path: values.path,
        replayPath: values['replay-path'],
        inspectEvery: values['inspect-every'],
        shrinkMs: values['shrink-seconds'] * 1000,
        onRun: (finished, calls) => bar.at(finished, `${calls} calls`),
        signal,
      });
      // What chance never met is only told: the scenes of `npm test` bring about each call and each situation.
      return {
        ok: report.ok,
        figures: { ...report, engine },
        summary: printReport(report, { ...values, inspectEvery: values['inspect-every'] }),
      };
    } finally {
      bar.end();
      await database.close();
    }
  },
});
