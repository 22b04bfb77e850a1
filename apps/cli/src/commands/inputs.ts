/** `npm run -s inputs`: bad numbers and strings on every procedure, over real HTTP, with every table watched. */
import { runInputs } from '@granary/testkit/inputs/run-inputs';
import { defineCommand } from '../command.ts';
import { openApiUnderTest } from '../inputs/api-under-test.ts';

export const command = defineCommand({
  name: 'inputs',
  summary: 'Bad numbers and strings on every procedure, over real HTTP, with every table watched',
  options: {
    sample: {
      type: 'integer',
      placeholder: 'SEED',
      description: 'Only a sample: every class twice, every procedure once',
    },
  },
  async run({ values, progress, signal }) {
    const api = await openApiUnderTest();
    const bar = progress('bad inputs');
    try {
      const report = await runInputs({
        ...api,
        sampleSeed: values.sample,
        onProgress: (done, total) => bar.at(done, `of ${total}`),
        signal,
      });
      const { ok, problems, ...figures } = report;
      const counts = `${figures.calls} calls, ${figures.refused} refused, ${figures.accepted} accepted, ${figures.pairs} pairs of procedure and class, ${figures.exempt} excused`;
      const summary = [...problems.slice(0, 50), problems.length > 50 ? `and ${problems.length - 50} more` : '', counts]
        .filter(Boolean)
        .join('\n');
      return { ok, figures: { ...figures, problems }, summary };
    } finally {
      bar.end();
      await api.close();
    }
  },
});
