/** Makes what a valid call needs, through the api itself: SKUs with stock, places, holds, documents, each under names of its own. */
import { type AssemblyFixtures, createAssemblyFixtures } from './assembly-fixtures.ts';
import { type CostFixtures, createCostFixtures } from './cost-fixtures.ts';
import { createFixtureTools, type FixtureTools } from './fixture-tools.ts';
import { createGoodsFixtures, type GoodsFixtures } from './goods-fixtures.ts';
import { createImportFixtures, type ImportFixtures } from './import-fixtures.ts';
import { createMaintenanceFixtures, type MaintenanceFixtures } from './maintenance-fixtures.ts';
import { createSerialFixtures, type SerialFixtures } from './serial-fixtures.ts';
import { createStockFixtures, type StockFixtures } from './stock-fixtures.ts';
import { createTransferFixtures, type TransferFixtures } from './transfer-fixtures.ts';
import type { Send } from './wire.ts';

export interface Fixtures
  extends
    FixtureTools,
    GoodsFixtures,
    StockFixtures,
    SerialFixtures,
    TransferFixtures,
    AssemblyFixtures,
    CostFixtures,
    ImportFixtures,
    MaintenanceFixtures {}

export function createFixtures(send: Send, databaseUrl: string): Fixtures {
  const tools = createFixtureTools(send);
  const goods = createGoodsFixtures(tools);
  return {
    ...tools,
    ...goods,
    ...createStockFixtures(tools, goods),
    ...createSerialFixtures(tools),
    ...createTransferFixtures(tools, goods),
    ...createAssemblyFixtures(tools, goods),
    ...createCostFixtures(tools, goods),
    ...createImportFixtures(tools),
    ...createMaintenanceFixtures(tools, databaseUrl),
  };
}
