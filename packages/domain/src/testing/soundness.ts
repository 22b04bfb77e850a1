/** What must hold when a test file is done with its database, whatever it did there. */
import { expect } from 'vitest';
import type { Fact } from '../entities/outbox.ts';
import { aggregateId, type Pointed, publishable } from '../rules/succession.ts';
import { poolOf } from './pool.ts';
import type { TestDomain } from './test-domain.ts';

export async function expectSound(at: TestDomain): Promise<void> {
  expect((await at.domain.verify()).violations).toEqual([]);
  await expectTellable(at);
}

/** Whatever the relay has not told yet follows what it told without a gap, or it would wait there for ever. */
export async function expectTellable({ dataSource }: TestDomain): Promise<void> {
  const rows: { id: string; facts: string }[] = await dataSource.query('SELECT outbox_id AS id, facts FROM outbox');
  const cursors: { aggregate: string; version: string }[] = await dataSource.query(
    'SELECT aggregate, version FROM outbox_cursor',
  );
  const pointed = rows.flatMap(({ id, facts }): Pointed[] =>
    (JSON.parse(facts) as Fact[]).map((fact, place) => ({ fact, outboxId: id, at: place })),
  );
  const { done } = publishable(pointed, new Map(cursors.map(({ aggregate, version }) => [aggregate, Number(version)])));
  const stuck = pointed.filter((each) => !done.has(`${each.outboxId}/${each.at}`));
  expect(stuck.map(({ fact }) => `${aggregateId(fact)} ${fact.from} to ${fact.to} ${fact.type}`)).toEqual([]);
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
