/** A stock engine with costing on an empty database of its own, for the tests of this package. */
import {
  openTestDomain,
  testConfig,
  type TestDomain,
  type TestDomainOptions,
  testPorts,
} from '@granary/domain/testing/test-domain';
import type { OnHandHandler } from '@granary/domain/ports/on-hand-handler';
import { expect } from 'vitest';
import type { CostConfig } from '../config.ts';
import { type Cost, createCost, createCostCore } from '../cost.ts';
import { costMigrations } from '../persistence/schema.ts';

export interface TestCost extends TestDomain {
  readonly cost: Cost;
}

export const testCostConfig: CostConfig = {
  defaultStrategy: 'fifo',
  policy: { shortage: 'owe', returns: 'original', reversals: 'original' },
  createPeriods: true,
  timezone: 'UTC',
};

export interface TestCostOptions extends Pick<TestDomainOptions, 'config'> {
  readonly cost?: Partial<CostConfig>;
  /** Heard after costing, in the same transaction: whoever waits there holds what costing has locked. */
  readonly after?: OnHandHandler;
}

export async function openTestCost({ cost, config, after }: TestCostOptions = {}): Promise<TestCost> {
  const ports = testPorts();
  const core = createCostCore({ config: { ...testCostConfig, ...cost }, ids: ports.ids });
  const onHandHandlers = after === undefined ? [core.handler] : [core.handler, after];
  const at = await openTestDomain({ config: { ...config }, ports: { ids: ports.ids, onHandHandlers } });
  for (const { steps } of costMigrations) for (const step of steps) await at.dataSource.query(step);
  const parts = { core, dataSource: at.dataSource, config: { ...testConfig, ...config }, ports };
  return { ...at, cost: createCost(parts) };
}

/** What must hold when a test file is done with its database, of stock and of costs. */
export async function closeSoundCost(at: TestCost): Promise<void> {
  try {
    expect((await at.domain.verify()).violations).toEqual([]);
    expect((await at.cost.verify()).violations).toEqual([]);
  } finally {
    await at.close();
  }
}
