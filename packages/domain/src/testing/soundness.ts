/** What must hold when a test file is done with its database, whatever it did there. */
import { expect } from 'vitest';
import { poolOf } from './pool.ts';
import type { TestDomain } from './test-domain.ts';

export async function expectSound(at: TestDomain): Promise<void> {
  expect((await at.domain.verify()).violations).toEqual([]);
}

export async function closeSound(at: TestDomain): Promise<void> {
  try {
    await expectSound(at);
  } finally {
    await at.close();
  }
}

/** No connection is in use and nobody waits for one. */
export function expectIdlePool({ dataSource }: TestDomain): void {
  expect(poolOf(dataSource)).toMatchObject({ busy: 0, waiting: 0 });
}
