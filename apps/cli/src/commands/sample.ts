/** `sample`: tells the story of the sample shop to an empty Granary that runs. */
import { createClient } from '@granary/client';
import { defineCommand, PlainError } from '../command.ts';
import { createSample, isEmpty } from '../sample/loader.ts';

export const command = defineCommand({
  name: 'sample',
  summary: 'Loads the sample shop (60 SKUs, 3 locations, 8 weeks) into an empty Granary that runs',
  options: {
    url: {
      type: 'string',
      default: 'http://127.0.0.1:3000',
      placeholder: 'URL',
      description: 'Where that Granary listens',
    },
    seed: {
      type: 'integer',
      min: 0,
      max: 4_294_967_295,
      default: 1,
      placeholder: 'S',
      description: 'The same seed on the same day tells the same story',
    },
  },
  async run({ values, progress, signal }) {
    const client = createClient({ url: values.url });
    if (!(await isEmpty(client)))
      throw new PlainError(`The Granary at ${values.url} has SKUs already; the sample goes only into an empty one.`);
    const sample = createSample({ seed: values.seed, now: new Date() });
    const bar = progress('loading the sample', sample.total);
    const startedAt = performance.now();
    const report = await sample.load({ client, signal, onProgress: (done) => bar.at(done) });
    bar.end();
    const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(1));
    return {
      ok: true,
      figures: { ...report, seconds },
      summary: `${report.skus} SKUs in ${report.locations} locations, ${report.steps} steps in ${seconds} s`,
    };
  },
});
