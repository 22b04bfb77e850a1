/** The doctor where less or more is there than usual: books, keys, surroundings, a worker that never was, a repair that fails. */
import type { Books } from '../ports/books.ts';
import { atOnce, type Examination, type Sign } from '../ports/examination.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDomain } from '../domain.ts';
import { changedBy } from '../testing/database-state.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { createTestBox } from '../testing/secret-box.ts';
import {
  openTestDomain,
  testConfig,
  testPorts,
  type TestDomain,
  type TestDomainOptions,
} from '../testing/test-domain.ts';
import { createRelayDesk } from '../testing/relaying.ts';

const url = 'https://example.com/hook';
const AGO = 'UTC_TIMESTAMP(6) - INTERVAL 1 HOUR';

let at: TestDomain;
beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.inbound.purchase(inbound('PO', [receipt('A', 5), receipt('B', 5)]), at.call);
});
afterAll(() => at.close());

/** Another process over the same database. */
const beside = (ports: TestDomainOptions['ports']) =>
  createDomain({ dataSource: at.dataSource, config: testConfig, ports: { ...testPorts(), ...ports } });
const spoil = (sql: string) => at.dataSource.query(sql);

describe('surroundings', () => {
  const signs = new Map<string, Sign>();
  const around: Examination = {
    finds: ['redis', 'keptAnswers'],
    look: () => Promise.resolve(atOnce([...signs.values()])),
  };
  const told: string[] = [];
  const domain = () => beside({ surroundings: [around], log: (_level, message) => told.push(message) });

  test('a repair that fails leaves its sign, and the others are treated all the same', async () => {
    const sign = { ailment: 'keptAnswers', detail: 'is wrong' } as const;
    signs.set('one', { ...sign, where: 'one', cure: () => Promise.reject(new Error('away')) });
    signs.set('two', { ...sign, where: 'two', cure: () => Promise.resolve(signs.delete('two')) });
    const { ok, findings } = await domain().doctor({ repair: true });
    expect(findings).toMatchObject([
      { where: 'one', state: 'left' },
      { where: 'two', state: 'repaired' },
    ]);
    expect(ok).toBe(false);
    expect(told).toContain('a repair of the doctor failed');
  });

  test('what is only worth knowing is no reason to worry', async () => {
    signs.clear();
    signs.set('redis', { ailment: 'redis', where: 'REDIS_URL', detail: 'is away' });
    expect(await domain().doctor()).toMatchObject({ ok: true, findings: [{ gravity: 'notice', state: 'found' }] });
  });

  test('what a repair brings to light is told as left', async () => {
    signs.clear();
    const hidden: Sign = { ailment: 'redis', where: 'behind', detail: 'was hidden' };
    const mend = () => {
      signs.delete('front');
      signs.set('behind', hidden);
      return Promise.resolve();
    };
    signs.set('front', { ailment: 'keptAnswers', where: 'front', detail: 'is wrong', cure: mend });
    expect((await domain().doctor({ repair: true })).findings).toMatchObject([
      { where: 'front', state: 'repaired' },
      { where: 'behind', state: 'left' },
    ]);
  });
});

test('books that do not agree with stock are told, and are nobody’s to mend', async () => {
  const books: Books = {
    next: (_tx, after) => Promise.resolve(after === '' ? ['A'] : []),
    check: (_tx, skuIds) =>
      Promise.resolve(skuIds.map((skuId) => ({ invariant: 'I8', row: `cost of ${skuId}`, detail: 'is off' }))),
  };
  const { findings } = await beside({ books }).doctor({ repair: true });
  expect(findings).toMatchObject([{ ailment: 'books', where: 'cost of A', state: 'left', repair: null }]);
});

describe('events', () => {
  test('a worker that never was is told of once events wait for a minute', async () => {
    expect((await at.domain.doctor({ only: ['outbox'] })).findings).toEqual([]);
    await spoil(`UPDATE outbox SET created_at = ${AGO}`);
    const { findings } = await at.domain.doctor({ only: ['outbox'] });
    expect(findings).toMatchObject([{ where: 'outbox', detail: expect.stringContaining('nobody ever relayed') }]);
  });

  test('a relay that is at work is not told of, however much waits', async () => {
    await at.domain.relay.publishOnce({ holder: 'relay', leaseMs: 3_600_000, limit: 1 });
    await spoil(`INSERT INTO outbox (outbox_id, facts, created_at) VALUES ('01J', '[]', ${AGO})`);
    expect((await at.domain.doctor({ only: ['outbox'] })).findings).toEqual([]);
  });

  test('what follows what was told waits rightly', async () => {
    await spoil(`UPDATE outbox SET created_at = ${AGO}`);
    expect((await at.domain.doctor({ only: ['lostEvents'] })).findings).toEqual([]);
  });

  test('a pointer is put between what was told and what waits, and all of it is told then', async () => {
    const desk = createRelayDesk(at);
    await desk.drain({ holder: 'relay' });
    await at.domain.inbound.purchase(inbound('PO-2', [receipt('A', 1)]), at.call);
    await spoil(`DELETE FROM outbox WHERE facts LIKE '%"A"%'`);
    await at.domain.inbound.purchase(inbound('PO-3', [receipt('A', 1)]), at.call);
    await desk.drain({ holder: 'relay' });
    const { findings } = await at.domain.doctor({ repair: true, only: ['lostEvents'] });
    expect(findings.map(({ where, state }) => [where, state])).toContainEqual(['level A / default', 'repaired']);
    await desk.drain({ holder: 'relay' });
    const levels = desk.delivered.filter(({ aggregate }) => aggregate.id === 'A/default');
    expect(levels.map(({ fromVersion, toVersion }) => [fromVersion, toVersion]).slice(-2)).toEqual([
      [1, 2],
      [2, 3],
    ]);
    await spoil('DELETE FROM outbox');
  });

  test('a pointer to a movement that is gone cannot be put back', async () => {
    await spoil(`UPDATE outbox_cursor SET version = version - 1 WHERE aggregate = 'level:B/default'`);
    await spoil(`UPDATE stock_movement SET location_id = 'gone' WHERE sku_id = 'B'`);
    const changed = await changedBy(at.dataSource, async () => {
      const { findings } = await at.domain.doctor({ repair: true, only: ['lostEvents'] });
      expect(findings).toMatchObject([{ where: 'level B / default', state: 'left' }]);
    });
    expect(changed).toEqual([]);
  });

  test('behind very many events that wait nothing is called lost', async () => {
    const digits = Array.from({ length: 10 }, (_, digit) => `SELECT ${digit} AS v`).join(' UNION ALL ');
    const tables = ['a', 'b', 'c', 'd'].map((name) => `(${digits}) AS ${name}`).join(', ');
    await spoil(
      `INSERT INTO outbox (outbox_id, facts, created_at)
       SELECT CONCAT('02J', e.v, a.v, b.v, c.v, d.v), '[]', UTC_TIMESTAMP(6) FROM ${tables}, (SELECT 0 AS v UNION ALL SELECT 1 UNION ALL SELECT 2) AS e`,
    );
    expect((await at.domain.doctor({ only: ['lostEvents'] })).findings).toEqual([]);
    await spoil('DELETE FROM outbox');
  });
});

describe('secrets', () => {
  test('sealed with an older key are sealed anew, and only once', async () => {
    const { webhookId } = await at.domain.webhooks.create({ url }, at.call);
    await at.domain.webhooks.create({ url }, at.call);
    await at.domain.webhooks.rotateSecret({ webhookId, overlapSeconds: 60 }, at.call);
    expect((await at.domain.doctor({ only: ['secrets'] })).findings).toEqual([]);
    const domain = beside({ secretBox: createTestBox(true, 'second') });
    const { findings } = await domain.doctor({ repair: true, only: ['secrets'] });
    expect(findings.map(({ state }) => state)).toEqual(['repaired', 'repaired']);
    const changed = await changedBy(at.dataSource, async () => {
      expect((await domain.doctor({ repair: true, only: ['secrets'] })).findings).toEqual([]);
    });
    expect(changed).toEqual([]);
  });

  test('that no key opens are left to a person, and without a key nobody looks', async () => {
    await spoil(`UPDATE webhook SET secret_sealed = CONCAT(secret_sealed, 'x'), secret_version = secret_version + 1`);
    const found = await at.domain.doctor({ repair: true, only: ['secrets'] });
    expect(found.findings).toMatchObject([{ state: 'left', why: expect.stringContaining('ENCRYPTION_KEYS') }, {}]);
    const keyless = beside({ secretBox: createTestBox(false) });
    expect((await keyless.doctor({ only: ['secrets'] })).findings).toEqual([]);
  });

  test('of more webhooks than one look holds are all looked at', async () => {
    await spoil('DELETE FROM webhook');
    for (let each = 0; each < 101; each += 1) await at.domain.webhooks.create({ url }, at.call);
    const domain = beside({ secretBox: createTestBox(true, 'second') });
    expect((await domain.doctor({ only: ['secrets'] })).findings).toHaveLength(101);
  });
});

test('keys that were taken away long ago are due again', async () => {
  await spoil(`UPDATE command SET recorded_at = recorded_at - INTERVAL 30 DAY`);
  await spoil(
    `INSERT INTO job (job_id, kind, state, is_cancel_requested, input_json, done, row_count, attempts, requested_by, command_id, requested_at, version)
     SELECT '01J0000000000000000000GONE', 'prune', 'done', 0, '{}', 0, 0, 1, 'local', command_id, UTC_TIMESTAMP(6) - INTERVAL 9 DAY, 2 FROM command LIMIT 1`,
  );
  const { findings } = await at.domain.doctor({ repair: true, only: ['oldKeys'] });
  expect(findings).toMatchObject([{ ailment: 'oldKeys', state: 'repaired' }]);
  expect((await at.domain.doctor({ only: ['oldKeys'] })).findings).toEqual([]);
});

test('a sound database that is young has no old keys, whoever pruned when', async () => {
  const young = await openTestDomain();
  expect((await young.domain.doctor({ only: ['oldKeys'] })).findings).toEqual([]);
  await young.close();
});
