/** `rebuild`: computes every counter again from the ledger, and says what it had to repair. */
import { defineCommand } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { grouped, table } from '../table.ts';

const SHOWN = 50;

export const command = defineCommand({
  name: 'rebuild',
  summary: 'Computes every counter again from the ledger, in the database in use, and repairs those that differ',
  options: {},
  run: ({ progress }) =>
    withEngineInUse('rebuild', async ({ domain }) => {
      const bar = progress('rebuilding');
      const { levels, repaired } = await domain.rebuild({ onProgress: (done) => bar.at(done, 'levels') });
      bar.end();
      const rows = repaired
        .slice(0, SHOWN)
        .map(({ skuId, locationId, before, after }) => [
          skuId,
          locationId,
          JSON.stringify(before),
          '->',
          JSON.stringify(after),
        ]);
      const summary = [
        `${grouped(levels)} levels looked at, ${grouped(repaired.length)} repaired`,
        ...(rows.length === 0 ? [] : [table(rows)]),
      ].join('\n');
      return { ok: true, figures: { levels, repaired }, summary };
    }),
});
