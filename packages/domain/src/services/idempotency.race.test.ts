/** One idempotency key fifty times at once: one effect and one answer, also when the first one fails inside. */
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Tx } from '../persistence/transaction.ts';
import { countOf, openStranger } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, testCaller, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let stranger: Connection;
let calls = 0;
let onFirst: (tx: Tx) => Promise<unknown> = () => Promise.resolve();

beforeAll(async () => {
  const handler = async (tx: Tx) => void ((calls += 1) === 1 ? await onFirst(tx) : undefined);
  at = await openTestDomain({ ports: { onHandHandlers: [handler] } });
  stranger = await openStranger(at.url);
  await at.domain.inbound.purchase(inbound('P', [receipt('S', 1000)]), at.call);
});
beforeEach(() => {
  [calls, onFirst] = [0, () => Promise.resolve()];
});
afterAll(async () => {
  await stranger.end();
  await closeSound(at);
});

const CALLERS = 50;
async function race(work: (caller: number) => Promise<unknown>) {
  const results = await Promise.allSettled(Array.from({ length: CALLERS }, (_, caller) => work(caller)));
  return {
    answers: results.flatMap((result) => (result.status === 'fulfilled' ? [JSON.stringify(result.value)] : [])),
    failures: results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as Error & { code?: string }] : [],
    ),
  };
}

describe('where the first one', () => {
  const purchase = (documentNo: string) => {
    const input = inbound(documentNo, [receipt(`NEW-${documentNo}`, 3)], { idempotencyKey: documentNo });
    return race(() => at.domain.inbound.purchase(input, at.call));
  };
  const stockOf = async (documentNo: string) => (await at.domain.stock.check({ skuId: `NEW-${documentNo}` })).available;

  test('succeeds, all are answered the same', async () => {
    const { answers, failures } = await purchase('K1');
    expect(failures).toEqual([]);
    expect([answers.length, new Set(answers).size]).toEqual([CALLERS, 1]);
    expect(await stockOf('K1')).toBe(3);
  });

  test('fails inside, it alone is told, and one of the others does the work', async () => {
    onFirst = () => Promise.reject(new Error('cannot cost this'));
    const { answers, failures } = await purchase('K2');
    expect(failures.map(String)).toEqual(['Error: cannot cost this']);
    expect([answers.length, new Set(answers).size]).toEqual([CALLERS - 1, 1]);
    expect(await stockOf('K2')).toBe(3);
    expect(await countOf(at.dataSource, `command WHERE idempotency_key = 'K2'`)).toBe(1);
  });

  test('loses its connection inside, all are answered the same', async () => {
    onFirst = async (tx) => {
      const [row] = await tx.rows('SELECT CONNECTION_ID() AS id');
      await stranger.query(`KILL ${String(row?.['id'])}`);
    };
    const { answers, failures } = await purchase('K3');
    expect(failures).toEqual([]);
    expect([answers.length, new Set(answers).size]).toEqual([CALLERS, 1]);
    expect(await stockOf('K3')).toBe(3);
  });
});

describe('for calls that share no lock but the key:', () => {
  const key = (idempotencyKey: string) => ({ idempotencyKey });
  test.each([
    ['reserve', () => at.domain.reservations.reserve({ ...hold('S', 1, 'R'), ...key('reserve') }, at.call)],
    ['reserveMany', () => at.domain.reservations.reserveMany({ lines: [hold('S', 1, 'M')], ...key('many') }, at.call)],
    ['sales', () => at.domain.outbound.sales(sale('SALE', [{ skuId: 'S', quantity: 1 }], key('sale')), at.call)],
    ['sku.create', () => at.domain.skus.create({ skuId: 'NEW', ...key('sku') }, at.call)],
    ['sku.update', () => at.domain.skus.update({ skuId: 'S', name: 'new', ...key('update') }, at.call)],
    ['location.create', () => at.domain.locations.create({ locationId: 'new', ...key('location') }, at.call)],
    [
      'stock.configure',
      () =>
        at.domain.stock.configure({ skuId: 'S', locationId: 'default', warningThreshold: 9, ...key('level') }, at.call),
    ],
    [
      'batch.create',
      () =>
        at.domain.batches.create(
          {
            skuId: 'S',
            batchNo: 'B',
            locationId: 'default',
            quantity: 1,
            unitCost: '1.00',
            qualityLevel: 'A',
            ...key('batch'),
          },
          at.call,
        ),
    ],
  ])('%s', async (_name, work) => {
    const { answers, failures } = await race(work);
    expect(failures).toEqual([]);
    expect(new Set(answers).size).toBe(1);
  });

  test('a refusal is kept for all of them, though stock arrives meanwhile', async () => {
    const input = { ...hold('S', 5000, 'GREEDY'), ...key('greedy') };
    const { failures } = await race((caller) =>
      caller === 25
        ? at.domain.inbound.purchase(inbound('MORE', [receipt('S', 1)]), at.call)
        : at.domain.reservations.reserve(input, at.call),
    );
    expect(new Set(failures.map((failure) => failure.message)).size).toBe(1);
    expect(failures).toHaveLength(CALLERS - 1);
  });
});

test('two requests under one key: one of them has its effect, the other is told that the key was used', async () => {
  const { answers, failures } = await race((caller) =>
    at.domain.reservations.reserve({ ...hold('S', 1 + (caller % 2), 'TWO'), idempotencyKey: 'two' }, at.call),
  );
  expect(new Set(answers).size).toBe(1);
  expect(answers).toHaveLength(CALLERS / 2);
  for (const failure of failures)
    expect(failure).toMatchObject({ code: 'INV_011', details: { idempotencyKey: 'two', firstDifference: 'quantity' } });
});

test('one key of two actors is two keys', async () => {
  const { answers, failures } = await race((caller) => {
    const actor = `actor-${caller % 2}`;
    const input = { ...hold('S', 1, actor), idempotencyKey: 'shared' };
    return at.domain.reservations.reserve(input, { ...at.call, caller: { ...testCaller, actor } });
  });
  expect(failures).toEqual([]);
  expect(new Set(answers).size).toBe(2);
});
