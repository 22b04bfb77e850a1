/**
 * A program that has Granary inside: no api, no port, no client, no second process. It opens the stock engine over its own
 * database, and hooks into it in three places:
 *
 * - a strategy of its own, registered by name: what expires within a week leaves first, then the fullest shelf;
 * - an on-hand handler, which writes a table of its own inside the very transaction that moves the stock;
 * - events, which the program fetches itself and hands to a listener in the same process.
 *
 * Run it with `node dist/main.js mysql://user:password@host/database`; docs/embedding.md goes through it step by step.
 */
import type { Domain } from '@granary/domain';
import { migrations } from '@granary/platform/schema';
import { parseConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { clearShelves } from './clear-shelves.ts';
import { type Listener, pump } from './events.ts';
import { CREATE_TURNOVER, countTurnover, type Turnover, turnoverOf } from './turnover.ts';

export interface Warehouse {
  readonly domain: Domain;
  /** Brings what has happened to the listener; answers how many events there were. */
  publish(): Promise<number>;
  turnover(skuId: string): Promise<Turnover>;
  close(): Promise<void>;
}

export async function openWarehouse(databaseUrl: string, listener: Listener): Promise<Warehouse> {
  await migrate({ url: databaseUrl, migrations, log: silentLog });
  // One process needs no Redis: locks only thin contention, the database decides.
  const config = parseConfig({
    DATABASE_URL: databaseUrl,
    STOCK_LOCK: 'none',
    STOCK_ALLOCATION_STRATEGY: clearShelves.name,
  });
  const granary = await openGranary(config, {
    log: silentLog,
    strategies: [clearShelves],
    onHandHandlers: [countTurnover],
  });
  const { domain, dataSource } = granary;
  await dataSource.query(CREATE_TURNOVER);
  return {
    domain,
    publish: () => pump(domain, listener),
    turnover: (skuId) => turnoverOf(dataSource, skuId),
    close: () => granary.close(),
  };
}
