/** In one flush each call stands by itself: its key, its command, its refusal, its time. */
import { afterEach, expect, test } from 'vitest';
import { deduct, outcomeOf, reserve, stocked } from '../testing/family-calls.ts';
import { hold } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { testCaller, type TestDomain, type TestDomainOptions } from '../testing/test-domain.ts';

const opened: TestDomain[] = [];
async function open(options: TestDomainOptions = {}): Promise<TestDomain> {
  const at = await stocked(options);
  opened.push(at);
  return at;
}
afterEach(async () => {
  for (const at of opened.splice(0)) await closeSound(at);
});

test('one idempotency key has one effect and one answer, and another request under it is refused', async () => {
  const again: unknown[] = [];
  const log = (_level: string, message: string) =>
    void (message === 'a unit of work runs again' && again.push(message));
  const at = await open({ ports: { log } });
  const keyed = (quantity: number) =>
    at.domain.reservations.reserve({ ...hold('A', quantity, 'K'), idempotencyKey: 'k' }, at.call);
  const [first, second, other] = await Promise.allSettled([keyed(1), keyed(1), keyed(2)]);
  expect(first).toMatchObject({ status: 'fulfilled' });
  expect(second).toEqual(first);
  expect(other).toMatchObject({ reason: { code: 'INV_011', details: { firstDifference: 'quantity' } } });
  expect((await at.domain.reservations.list({ businessId: 'K', limit: 9 })).items).toHaveLength(1);
  expect([again, at.domain.unitOfWork.flushes().largest]).toEqual([[], 3]);
});

test('a refusal that a key keeps is told to its repeat in the same words', async () => {
  const at = await open();
  const greedy = () => at.domain.reservations.reserve({ ...hold('A', 99, 'K'), idempotencyKey: 'k' }, at.call);
  const [first, second] = await Promise.all([outcomeOf(greedy()), outcomeOf(greedy())]);
  expect(first).toMatchObject({ kind: 'insufficientStock' });
  expect(second).toEqual(first);
  expect(await outcomeOf(greedy())).toEqual(first);
});

test('each call has its own command, with its caller', async () => {
  const at = await open();
  const by = (actor: string) =>
    at.domain.reservations.reserve(hold('A', 1, actor), { ...at.call, caller: { ...testCaller, actor } });
  await Promise.all([by('Ann'), by('Bob')]);
  const rows = await at.dataSource.query(
    `SELECT c.actor, r.business_id AS b FROM command AS c JOIN reservation AS r ON r.command_id = c.command_id
     WHERE c.actor IN ('Ann', 'Bob') ORDER BY c.actor`,
  );
  expect(rows).toEqual([
    { actor: 'Ann', b: 'Ann' },
    { actor: 'Bob', b: 'Bob' },
  ]);
});

test('one that costing refuses fails alone; its neighbours stand', async () => {
  let refuses = true;
  const handler = (_tx: unknown, changes: readonly { skuId: string; onHandDelta: number }[]) => {
    if (refuses && changes.some(({ skuId, onHandDelta }) => skuId === 'B' && onHandDelta < 0))
      return Promise.reject(new Error('cannot cost B'));
    return Promise.resolve();
  };
  const at = await open({ ports: { onHandHandlers: [handler] } });
  const outcomes = await Promise.all(
    [deduct('O-1'), reserve('A', 1, 'N-1'), deduct('O-4'), deduct('O-2')].map((each) => outcomeOf(each(at))),
  );
  expect(outcomes[2]).toBe('Error: cannot cost B');
  for (const well of [0, 1, 3]) expect(outcomes[well]).toBeTypeOf('object');
  expect((await at.domain.reservations.list({ businessId: 'O-4', limit: 9 })).items).toMatchObject([
    { state: 'active' },
  ]);
  refuses = false;
  await deduct('O-4')(at);
});

test('one whose rule throws after it has met an overdue hold leaves nothing to its neighbours', async () => {
  const validator = {
    name: 'moody',
    reservation: ({ businessId }: { businessId: string }) => {
      if (businessId === 'BAD') throw new Error('moody');
      return undefined;
    },
  };
  const at = await open({ ports: { validators: [validator] } });
  await reserve('C', 3, { businessId: 'BAD', ttlSeconds: 60 })({ ...at, call: at.call }).catch(() => undefined);
  const outcomes = await Promise.all(
    [reserve('A', 1, 'N-1'), reserve('C', 1, 'BAD'), reserve('C', 1, 'N-2')].map((each) => outcomeOf(each(at))),
  );
  expect(outcomes[1]).toBe('Error: moody');
  expect(outcomes[0]).toMatchObject({ businessId: 'N-1', state: 'active' });
  expect(outcomes[2]).toMatchObject({ businessId: 'N-2', state: 'active' });
});

test('overdue holds give way to those that need their stock, and each is expired once', async () => {
  const at = await open();
  for (const each of [1, 2, 3]) await reserve('C', 1, { businessId: `LATE-${each}`, ttlSeconds: 60 })(at);
  at.advance(61);
  const outcomes = await Promise.all([1, 2, 3, 4].map((each) => outcomeOf(reserve('C', 1, `N-${each}`)(at))));
  expect(outcomes.map((outcome) => (outcome as { kind?: string }).kind)).toEqual([
    undefined,
    undefined,
    undefined,
    'insufficientStock',
  ]);
  const expired = await at.domain.stock.movements({ skuId: 'C', limit: 50 });
  expect(expired.items.filter(({ kind }) => kind === 'expire')).toHaveLength(3);
});

test('a cap of a virtual SKU counts what the calls before have held', async () => {
  const at = await open();
  await at.domain.virtuals.create({ skuId: 'V', realSkuId: 'A', ratio: 1, cap: 3 } as never, at.call);
  const outcomes = await Promise.all([2, 2, 1].map((units, each) => outcomeOf(reserve('V', units, `V-${each}`)(at))));
  expect(outcomes.map((outcome) => (outcome as { kind?: string }).kind)).toEqual([
    undefined,
    'insufficientStock',
    undefined,
  ]);
});

test('the hastiest call sets the time of the flush, and falls behind alone', async () => {
  const at = await open({ poolSize: 4 });
  const locked = at.dataSource.createQueryRunner();
  await locked.startTransaction();
  await locked.query(`SELECT 1 FROM stock_level WHERE sku_id = 'A' FOR UPDATE`);
  const hasty = at.domain.reservations.reserve(hold('A', 1, 'HASTY'), { ...at.call, deadlineMs: 300 });
  const patient = at.domain.reservations.reserve(hold('A', 1, 'PATIENT'), at.call);
  expect(await outcomeOf(hasty)).toMatchObject({ kind: 'deadlineExceeded', details: { deadlineMs: 300 } });
  await locked.rollbackTransaction();
  await locked.release();
  expect(await patient).toMatchObject({ businessId: 'PATIENT', state: 'active' });
  expect((await at.domain.reservations.list({ businessId: 'HASTY', limit: 9 })).items).toEqual([]);
});
