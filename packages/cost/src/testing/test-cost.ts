/** A stock engine with costing on an empty database of its own, for the tests of this package. */
import {
  openTestDomain,
  testConfig,
  type TestDomain,
  type TestDomainOptions,
  testPorts,
} from '@granary/domain/testing/test-domain';
import { expectTellable } from '@granary/domain/testing/soundness';
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import type { LockManager } from '@granary/domain/ports/lock-manager';
import type { OnHandHandler } from '@granary/domain/ports/on-hand-handler';
import { expect } from 'vitest';
import type { CostConfig } from '../config.ts';
import { type Cost, createCost, createCostCore } from '../cost.ts';
import { costMigrations } from '../persistence/schema.ts';
import { accountsNamed } from '../rules/ledger-account.ts';

export interface TestCost extends TestDomain {
  readonly cost: Cost;
}

export const testCostConfig: CostConfig = {
  defaultStrategy: 'fifo',
  policy: { shortage: 'owe', returns: 'original', reversals: 'original' },
  createPeriods: true,
  timezone: 'UTC',
  baseCurrency: 'CNY',
  multiCurrency: false,
  varianceThresholdMillionths: 100_000,
  autoAllocation: true,
  autoCloseDays: null,
  eventsAtOnce: 2000,
  accounts: accountsNamed(),
};

export interface TestCostOptions extends Pick<TestDomainOptions, 'config'> {
  readonly cost?: Partial<CostConfig>;
  /** Heard after costing, in the same transaction: whoever waits there holds what costing has locked. */
  readonly after?: OnHandHandler;
  readonly locks?: LockManager;
}

export async function openTestCost({ cost, config, after, locks }: TestCostOptions = {}): Promise<TestCost> {
  let shift = 0n;
  const usual = { ...testPorts(), clock: (now: Instant) => fromMicros(toMicros(now) + shift) };
  const ports = locks === undefined ? usual : { ...usual, locks };
  const core = createCostCore({ config: { ...testCostConfig, ...cost }, ids: ports.ids });
  const onHandHandlers = after === undefined ? [core.handler] : [core.handler, after];
  const at = await openTestDomain({
    config: { ...config },
    ports: { ids: ports.ids, clock: ports.clock, onHandHandlers, books: core.books, exchange: core.exchange },
  });
  for (const { steps } of costMigrations) for (const step of steps) await at.dataSource.query(step);
  const parts = { core, dataSource: at.dataSource, config: { ...testConfig, ...config }, ports };
  const advance = (seconds: number) => void (shift += BigInt(seconds) * 1_000_000n);
  return { ...at, advance, cost: createCost(parts) };
}

/** What must hold when a test file is done with its database, of stock and of costs. */
export async function closeSoundCost(at: TestCost): Promise<void> {
  try {
    expect((await at.domain.verify()).violations).toEqual([]);
    expect((await at.cost.verify()).violations).toEqual([]);
    await expectTellable(at);
  } finally {
    await at.close();
  }
}
