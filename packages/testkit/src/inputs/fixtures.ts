/** Makes what a valid call needs, through the api itself: SKUs with stock, places, holds, documents, each under names of its own. */
import { type AssemblyFixtures, createAssemblyFixtures } from './assembly-fixtures.ts';
import { createFixtureTools, type FixtureTools } from './fixture-tools.ts';
import { createImportFixtures, type ImportFixtures } from './import-fixtures.ts';
import { createMaintenanceFixtures, type MaintenanceFixtures } from './maintenance-fixtures.ts';
import { createSerialFixtures, type SerialFixtures } from './serial-fixtures.ts';
import { createStockFixtures, type StockFixtures } from './stock-fixtures.ts';
import { createTransferFixtures, type TransferFixtures } from './transfer-fixtures.ts';
import type { Send } from './wire.ts';

export interface Fixtures
  extends
    Pick<FixtureTools, 'name'>,
    StockFixtures,
    SerialFixtures,
    TransferFixtures,
    AssemblyFixtures,
    ImportFixtures,
    MaintenanceFixtures {}

export function createFixtures(send: Send, databaseUrl: string): Fixtures {
  const tools = createFixtureTools(send);
  const stock = createStockFixtures(tools);
  return {
    name: tools.name,
    ...stock,
    ...createSerialFixtures(tools),
    ...createTransferFixtures(tools, stock),
    ...createAssemblyFixtures(tools, stock),
    ...createImportFixtures(tools),
    ...createMaintenanceFixtures(tools, databaseUrl),
  };
}
