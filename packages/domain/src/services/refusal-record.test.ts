/** Refusals that matter: on record without their key, bounded in number, and never in the way of the refusal itself. */
import { GranaryError } from '@granary/contracts/error';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countOf } from '../testing/database-state.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';
import { REFUSALS_A_MINUTE } from '../rules/refusal-limit.ts';

const lines: { readonly message: string; readonly facts: unknown }[] = [];
let at: TestDomain;
beforeAll(async () => {
  const log = (_level: string, message: string, facts?: unknown) => void lines.push({ message, facts });
  at = await openTestDomain({ ports: { log } });
  await at.domain.inbound.purchase(inbound('P', [receipt('A', 100)]), at.call);
});
afterAll(() => at?.close());

const as = (actor: string, address = '192.0.2.1') => ({
  caller: { actor, address, agent: 'test/1', requestId: 'r' },
  deadlineMs: 30_000,
});
const notPermitted = new GranaryError('notPermitted', {
  message: 'This call is not permitted.',
  hint: 'Ask.',
  details: { permission: 'sku.write' },
});
const refuse = (call: ReturnType<typeof as>, input: unknown = { skuId: 'X' }) =>
  at.domain.refusals.record({ procedure: 'sku.create', input, isChecked: false, refusal: notPermitted, call });

test('a key that is used for another request is recorded, and its first answer still stands', async () => {
  const call = as('reuser');
  const first = { ...hold('A', 1, 'K1'), idempotencyKey: 'key' };
  const answer = await at.domain.reservations.reserve(first, call);
  const other = at.domain.reservations.reserve({ ...first, quantity: 2 }, call);
  await expect(other).rejects.toMatchObject({ code: 'INV_011', details: { firstDifference: 'quantity' } });
  const { items } = await at.domain.audit.search({ actor: 'reuser', outcome: 'refused', limit: 10 });
  expect(items).toMatchObject([
    { procedure: 'reservation.reserve', refusalCode: 'INV_011', address: '192.0.2.1', skuIds: ['A'], requestId: 'r' },
  ]);
  expect(await at.domain.audit.get({ commandId: items[0]?.commandId ?? '' })).toMatchObject({
    idempotencyKey: null,
    request: { quantity: 2 },
    refusal: { code: 'INV_011', details: { idempotencyKey: 'key', firstDifference: 'quantity' } },
  });
  expect(await at.domain.reservations.reserve(first, call)).toEqual(answer);
});

test('a denied permission is recorded with who, from where and what', async () => {
  await refuse(as('token:denied'));
  const { items } = await at.domain.audit.search({ actor: 'token:denied', limit: 10 });
  expect(items).toMatchObject([
    {
      procedure: 'sku.create',
      outcome: 'refused',
      refusalCode: 'INV_015',
      address: '192.0.2.1',
      agent: 'test/1',
      request: '{"skuId":"X"}',
    },
  ]);
});

test('an input that nobody checked is kept in part, whatever is in it', async () => {
  await refuse(as('token:long'), { skuId: `\ud800${'\u{1F600}'.repeat(3000)}`, deep: [undefined, null] });
  const [entry] = (await at.domain.audit.search({ actor: 'token:long', limit: 1 })).items;
  const { request, skuIds } = await at.domain.audit.get({ commandId: entry?.commandId ?? '' });
  expect(request).toMatchObject({ cut: expect.any(String), length: expect.any(Number) });
  expect(JSON.stringify(request).length).toBeLessThan(9000);
  expect(skuIds).toEqual([]);
});

test('a flood of strangers, each call from another address, leaves a bounded number of rows', async () => {
  const before = await countOf(at.dataSource, 'command');
  for (let each = 0; each < 300; each += 1) await refuse(as('guest', `2001:db8::${each.toString(16)}`));
  const added = (await countOf(at.dataSource, 'command')) - before;
  expect(added).toBeLessThanOrEqual(REFUSALS_A_MINUTE.strangers);
  expect(added).toBeGreaterThan(0);
});

test('a flood of one token leaves a few, also by reusing a key', async () => {
  const call = as('token:flood');
  for (let each = 0; each < 50; each += 1) await refuse(call);
  expect((await at.domain.audit.search({ actor: 'token:flood', limit: 500 })).items).toHaveLength(
    REFUSALS_A_MINUTE.each,
  );
  await at.domain.skus.create({ skuId: 'F', idempotencyKey: 'f' }, call);
  for (let each = 0; each < 20; each += 1) {
    const again = at.domain.skus.create({ skuId: `F${each}`, idempotencyKey: 'f' }, call);
    await expect(again).rejects.toMatchObject({ code: 'INV_011' });
  }
  const reused = { actor: 'token:flood', procedure: 'sku.create', outcome: 'refused' as const, limit: 500 };
  expect((await at.domain.audit.search(reused)).items).toHaveLength(REFUSALS_A_MINUTE.each);
});

test('a record that cannot be written is logged, and the refusal stands', async () => {
  await at.dataSource.query("DELETE FROM command WHERE outcome = 'refused'");
  await at.dataSource.query("ALTER TABLE command ADD CONSTRAINT nothing_refused CHECK (outcome <> 'refused')");
  try {
    const call = as('token:unwritable');
    await at.domain.skus.create({ skuId: 'U', idempotencyKey: 'u' }, call);
    const again = at.domain.skus.create({ skuId: 'U2', idempotencyKey: 'u' }, call);
    await expect(again).rejects.toMatchObject({ code: 'INV_011' });
    await expect(refuse(as('token:unwritable', '192.0.2.9'))).resolves.toBeUndefined();
    expect(lines.filter(({ message }) => message === 'a refusal could not be recorded')).toMatchObject([
      { facts: { procedure: 'sku.create', code: 'INV_011' } },
      { facts: { procedure: 'sku.create', code: 'INV_015' } },
    ]);
  } finally {
    await at.dataSource.query('ALTER TABLE command DROP CONSTRAINT nothing_refused');
  }
});
