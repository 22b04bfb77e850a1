/** `bench cost`: calculations and the valuation of many SKUs against a plain SELECT, and what costing adds to documents. No cache anywhere. */
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { testServers } from '@granary/testkit/servers';
import { openOwnDatabase, type OwnDatabase } from '../../fleet/own-database.ts';
import type { Bench } from '../bench.ts';
import { assertDurable, durabilityOf } from '../durability.ts';
import { measureDocuments } from './costing-documents.ts';
import { writeLayeredStock } from './layered-stock.ts';
import { measureReading } from './reading-cost.ts';

const SKUS = 10_000;

export const costBench: Bench = {
  name: 'cost',
  summary: 'calculations and the valuation of 10,000 SKUs with 20 layers each, and what costing adds to documents',
  run: async (context) => {
    const { say, sized } = context;
    await testServers({ durable: true });
    const settings = { STOCK_LOCK: 'none', STOCK_COST_DEFAULT_STRATEGY: 'fifo' };
    return await withGranary('bench_cost', settings, async (costed, databaseUrl) => {
      const { cost, dataSource } = costed;
      if (cost === undefined) throw new Error('costing is switched off');
      const durability = await durabilityOf(dataSource);
      say(`database: ${JSON.stringify(durability)}`);
      assertDurable(durability);
      const documents = await withGranary('bench_plain', { ...settings, STOCK_COST_ENABLED: 'false' }, (plain) =>
        measureDocuments({ costed, plain }, context),
      );
      await writeLayeredStock(dataSource, sized(SKUS));
      const reading = await measureReading({ cost, databaseUrl }, context);
      return {
        goals: [...reading.goals, ...documents.goals],
        figures: { durability, ...reading.figures, ...documents.figures },
      };
    });
  },
};

async function withGranary<T>(
  name: string,
  settings: Readonly<Record<string, string>>,
  work: (granary: Granary, databaseUrl: string) => Promise<T>,
): Promise<T> {
  const database: OwnDatabase = await openOwnDatabase(name);
  try {
    const granary = await openGranary(database.config(settings), { log: silentLog });
    try {
      return await work(granary, database.databaseUrl);
    } finally {
      await granary.close();
    }
  } finally {
    await database.drop();
  }
}
