/** Webhooks as people manage them: what is answered, what is refused, and where their secrets are not. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDomain } from '../domain.ts';
import { createTestBox } from '../testing/secret-box.ts';
import { openTestDomain, testConfig, testPorts, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const logged: string[] = [];
const url = 'https://example.com/hooks?to=granary';
beforeAll(async () => {
  at = await openTestDomain({
    ports: {
      webhookUrlProblem: (text) => (text.includes('private') ? 'leads to a private address' : undefined),
      log: (level, message, facts) => void logged.push(JSON.stringify([level, message, facts])),
    },
  });
});
beforeEach(async () => {
  for (const table of ['webhook', 'event_delivery', 'event_subscriber'])
    await at.dataSource.query(`DELETE FROM ${table}`);
});
afterAll(() => at.close());

const secretsNow = async (webhookId: string) => {
  const due = await at.domain.deliveries.due({ subscriber: `webhook:${webhookId}`, lanes: 1, depth: 1 });
  return due?.webhook !== undefined && 'secrets' in due.webhook ? due.webhook.secrets : due?.webhook?.problem;
};

describe('the secret', () => {
  test('is told to whoever made it, the same again for a repeat with the key, and never by a look', async () => {
    const input = { url, idempotencyKey: 'K1' };
    const made = await at.domain.webhooks.create(input, at.call);
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const repeat = await at.domain.webhooks.create(input, at.call);
    expect(JSON.stringify(repeat)).toBe(JSON.stringify(made));
    const looks = [
      await at.domain.webhooks.get({ webhookId: made.webhookId }),
      await at.domain.webhooks.list({ limit: 5 }),
    ];
    expect(JSON.stringify(looks)).not.toContain('secret"');
    expect(JSON.stringify(looks)).not.toContain('whsec');
  });

  test('is another one after a rotation, both sign for as long as asked, and then the new one alone', async () => {
    const { webhookId, secret: first } = await at.domain.webhooks.create({ url, idempotencyKey: 'K2' }, at.call);
    const rotation = { webhookId, overlapSeconds: 60, idempotencyKey: 'K3' };
    const { secret: second, ...rotated } = await at.domain.webhooks.rotateSecret(rotation, at.call);
    expect(second).not.toBe(first);
    expect(rotated).toMatchObject({ version: 2, secretVersion: 2, previousSecretUntil: expect.any(String) });
    expect(await secretsNow(webhookId)).toEqual([second, first]);
    expect((await at.domain.webhooks.create({ url, idempotencyKey: 'K2' }, at.call)).secret).toBe(first);
    at.advance(61);
    expect(await secretsNow(webhookId)).toEqual([second]);
    await at.domain.webhooks.rotateSecret({ webhookId, overlapSeconds: 0 }, at.call);
    expect(await at.domain.webhooks.rotateSecret(rotation, at.call)).toEqual({ ...rotated, secret: second });
    expect((await at.domain.webhooks.create({ url, idempotencyKey: 'K2' }, at.call)).secret).toBeNull();
    expect(await secretsNow(webhookId)).toHaveLength(1);
  });

  test('is in no table, no log and no event', async () => {
    const { webhookId, secret } = await at.domain.webhooks.create({ url, idempotencyKey: 'K4' }, at.call);
    const rotation = { webhookId, overlapSeconds: 60, idempotencyKey: 'K5' };
    const { secret: second } = await at.domain.webhooks.rotateSecret(rotation, at.call);
    await at.domain.webhooks.test({ webhookId }, at.call);
    await at.domain.relay.publishOnce({ holder: 'r', leaseMs: 10_000, limit: 500 });
    const tables = (await at.dataSource.query('SHOW TABLES')) as Record<string, string>[];
    let cells = 0;
    for (const table of tables.flatMap((row) => Object.values(row))) {
      const rows = JSON.stringify(await at.dataSource.query(`SELECT * FROM ${table}`));
      cells += rows.length;
      for (const told of [secret, second]) {
        const bare = told?.slice('whsec_'.length) ?? '';
        expect(bare).toHaveLength(44);
        expect(rows.includes(bare), `${table} tells a secret`).toBe(false);
      }
      expect(rows.includes('whsec_'), `${table} tells of a secret`).toBe(false);
    }
    expect(tables.length).toBeGreaterThan(15);
    expect(cells).toBeGreaterThan(1_000);
    expect(logged.join('\n')).not.toContain('whsec_');
  });

  test('cannot be moved to another webhook, and one that does not open is told as the failure of its deliveries', async () => {
    const one = await at.domain.webhooks.create({ url }, at.call);
    const two = await at.domain.webhooks.create({ url }, at.call);
    await at.dataSource.query(
      'UPDATE webhook AS t JOIN webhook AS s ON s.webhook_id = ? SET t.secret_sealed = s.secret_sealed WHERE t.webhook_id = ?',
      [one.webhookId, two.webhookId],
    );
    expect(await secretsNow(two.webhookId)).toMatch(/cannot be opened/);
    expect(await secretsNow(one.webhookId)).toEqual([one.secret]);
  });

  test('needs a key: without one nothing is made, and the refusal names the variable', async () => {
    const { secretBox: _box, ...boxless } = testPorts();
    for (const given of [boxless, { ...boxless, secretBox: createTestBox(false) }]) {
      const domain = createDomain({ dataSource: at.dataSource, config: testConfig, ports: given });
      const refusal = await domain.webhooks.create({ url }, at.call).catch((error: unknown) => error);
      expect(refusal).toMatchObject({ kind: 'unavailable', details: { dependency: 'ENCRYPTION_KEYS' } });
      expect(String(refusal)).toContain('ENCRYPTION_KEYS is not set');
    }
    expect((await at.domain.webhooks.list({ limit: 5 })).items).toEqual([]);
  });
});

test('an address that is refused is neither made nor changed to', async () => {
  const bad = 'https://private.example.com';
  const refusal = { kind: 'validation', details: { issues: [{ path: 'url', message: 'leads to a private address' }] } };
  await expect(at.domain.webhooks.create({ url: bad }, at.call)).rejects.toMatchObject(refusal);
  const { webhookId } = await at.domain.webhooks.create({ url }, at.call);
  await expect(at.domain.webhooks.update({ webhookId, url: bad }, at.call)).rejects.toMatchObject(refusal);
  expect(await at.domain.webhooks.get({ webhookId })).toMatchObject({ url, version: 1 });
});

test('a change changes what it names, null takes away, and everybody else hears the origin alone', async () => {
  const { webhookId } = await at.domain.webhooks.create({ url, types: ['stock.inbound'], description: 'x' }, at.call);
  await at.domain.relay.publishOnce({ holder: 'r', leaseMs: 10_000, limit: 500 });
  const changed = await at.domain.webhooks.update({ webhookId, types: ['stock.reserved', 'stock.inbound'] }, at.call);
  expect(changed).toMatchObject({ types: ['stock.inbound', 'stock.reserved'], description: 'x', url, version: 2 });
  const emptied = await at.domain.webhooks.update({ webhookId, types: null, description: null }, at.call);
  expect(emptied).toMatchObject({ types: null, description: null, version: 3 });
  const heard: string[] = [];
  const publish = async (events: readonly unknown[]) => void heard.push(JSON.stringify(events));
  await at.domain.relay.publishOnce({ holder: 'r', leaseMs: 10_000, limit: 500, publish });
  expect(heard.join()).toContain('"origin":"https://example.com"');
  expect(heard.join()).not.toContain('to=granary');
});

test('a test goes to its own webhook, whatever types it takes, and to no other that does not take it', async () => {
  const one = await at.domain.webhooks.create({ url, types: ['stock.inbound'] }, at.call);
  const two = await at.domain.webhooks.create({ url, types: ['stock.inbound'] }, at.call);
  await at.domain.webhooks.test({ webhookId: one.webhookId }, at.call);
  await at.domain.relay.publishOnce({ holder: 'r', leaseMs: 10_000, limit: 500 });
  const waiting = await at.domain.webhooks.deliveries({ webhookId: one.webhookId, limit: 5 });
  expect(waiting.items).toMatchObject([{ type: 'stock.webhook.tested', state: 'pending', attempts: 0 }]);
  expect((await at.domain.webhooks.deliveries({ webhookId: two.webhookId, limit: 5 })).items).toEqual([]);
  const { delivery } = await at.domain.webhooks.get({ webhookId: one.webhookId });
  expect(delivery).toMatchObject({ pending: 1, dead: 0, waitingSince: expect.stringMatching(/Z$/) });
});

test('one that is removed is gone with all that waits for it, also for a relay that is about to queue', async () => {
  const { webhookId } = await at.domain.webhooks.create({ url, idempotencyKey: 'K6' }, at.call);
  await at.domain.webhooks.test({ webhookId }, at.call);
  await at.domain.relay.publishOnce({ holder: 'r', leaseMs: 10_000, limit: 500 });
  const { pending } = (await at.domain.webhooks.get({ webhookId })).delivery;
  expect(pending).toBeGreaterThanOrEqual(1);
  expect(await at.domain.webhooks.remove({ webhookId }, at.call)).toEqual({ webhookId, dropped: pending });
  await at.domain.relay.publishOnce({ holder: 'r', leaseMs: 10_000, limit: 500 });
  for (const table of ['webhook', 'event_delivery', 'event_subscriber'])
    expect([table, await at.dataSource.query(`SELECT * FROM ${table}`)]).toEqual([table, []]);
  await expect(at.domain.webhooks.get({ webhookId })).rejects.toMatchObject({ kind: 'notFound' });
  await expect(at.domain.webhooks.deliveries({ webhookId, limit: 5 })).rejects.toMatchObject({ kind: 'notFound' });
  for (const act of ['update', 'test', 'remove', 'replay'] as const)
    await expect(at.domain.webhooks[act]({ webhookId }, at.call)).rejects.toMatchObject({ kind: 'notFound' });
  expect((await at.domain.webhooks.create({ url, idempotencyKey: 'K6' }, at.call)).secret).toBeNull();
});

test('one that is removed while a relay is about to queue for it gets no row', async () => {
  const { webhookId } = await at.domain.webhooks.create({ url }, at.call);
  const stranger = at.dataSource.createQueryRunner();
  await stranger.startTransaction();
  await stranger.query('DELETE FROM event_subscriber');
  await stranger.query('DELETE FROM webhook');
  const relaying = at.domain.relay.publishOnce({ holder: 'r', leaseMs: 10_000, limit: 500 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await stranger.commitTransaction();
  await stranger.release();
  expect((await relaying).published).toBeGreaterThan(0);
  expect(await at.dataSource.query('SELECT * FROM event_delivery WHERE subscriber LIKE ?', [`%${webhookId}`])).toEqual(
    [],
  );
  expect(await at.dataSource.query('SELECT * FROM event_subscriber')).toEqual([]);
});

test('lists go page by page, newest first, and deliveries in the order of publication', async () => {
  const ids: string[] = [];
  for (let each = 0; each < 3; each += 1) ids.unshift((await at.domain.webhooks.create({ url }, at.call)).webhookId);
  const first = await at.domain.webhooks.list({ limit: 2 });
  const second = await at.domain.webhooks.list({ limit: 2, cursor: first.nextCursor ?? '' });
  expect([...first.items, ...second.items].map(({ webhookId }) => webhookId)).toEqual(ids);
  const webhookId = ids[0] ?? '';
  for (let each = 0; each < 3; each += 1) await at.domain.webhooks.test({ webhookId }, at.call);
  await at.domain.relay.publishOnce({ holder: 'r', leaseMs: 10_000, limit: 500 });
  const found: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await at.domain.webhooks.deliveries({
      webhookId,
      limit: 2,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items.filter(({ type }) => type === 'stock.webhook.tested').map(({ eventId }) => eventId));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  expect(found).toEqual([2, 3, 4].map((version) => `webhook:${webhookId}:${version}`));
});
