/** A change of keys: whatever the old one sealed is moved to the new one, and stays the same secret in the same place. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDomain } from '../domain.ts';
import { createTestBox } from '../testing/secret-box.ts';
import { openTestDomain, testConfig, testPorts, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const url = 'https://example.com/hook';
beforeAll(async () => {
  at = await openTestDomain();
});
beforeEach(() => at.dataSource.query('DELETE FROM webhook'));
afterAll(() => at.close());

const after = (secretBox = createTestBox(true, 'second')) =>
  createDomain({ dataSource: at.dataSource, config: testConfig, ports: { ...testPorts(), secretBox } });
const rows = () => at.dataSource.query('SELECT * FROM webhook ORDER BY webhook_id');
const secretsBy = async (domain: TestDomain['domain'], webhookId: string) => {
  const due = await domain.deliveries.due({ subscriber: `webhook:${webhookId}`, lanes: 1, depth: 1 });
  return due?.webhook;
};

test('both secrets of every webhook get the new key, once, and nothing else of it changes', async () => {
  const { webhookId } = await at.domain.webhooks.create({ url }, at.call);
  await at.domain.webhooks.rotateSecret({ webhookId, overlapSeconds: 60 }, at.call);
  for (let each = 0; each < 101; each += 1) await at.domain.webhooks.create({ url }, at.call);
  const before = (await rows()) as Record<string, unknown>[];
  const signing = await secretsBy(at.domain, webhookId);
  const domain = after();
  expect(await domain.maintenance.resealSecrets()).toEqual({ resealed: 102, left: 0 });
  const moved = (await rows()) as Record<string, unknown>[];
  for (const [index, row] of moved.entries()) {
    expect(row['secret_sealed']).toMatch(/^second\./);
    const { secret_sealed: _now, previous_sealed: _past, ...rest } = row;
    expect(before[index]).toMatchObject(rest);
  }
  expect(moved.filter((row) => row['previous_sealed'] !== null)).toMatchObject([
    { previous_sealed: expect.stringMatching(/^second\./) },
  ]);
  expect(await secretsBy(domain, webhookId)).toEqual(signing);
  expect(await domain.maintenance.resealSecrets()).toEqual({ resealed: 0, left: 0 });
});

test('what cannot be opened is counted and left as it is', async () => {
  await at.domain.webhooks.create({ url }, at.call);
  const before = await rows();
  const keyless = {
    ...createTestBox(true, 'second'),
    open: () => {
      throw new Error('no such key');
    },
  };
  expect(await after(keyless).maintenance.resealSecrets()).toEqual({ resealed: 0, left: 1 });
  expect(await after(createTestBox(false, 'second')).maintenance.resealSecrets()).toEqual({ resealed: 0, left: 0 });
  expect(await rows()).toEqual(before);
});
