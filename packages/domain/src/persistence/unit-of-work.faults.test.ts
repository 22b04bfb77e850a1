/** The unit of work on a bad line: whatever is cut, killed or never answered, a call has one effect and the right answer. */
import type { Fault } from '@granary/testkit/fault-proxy';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { type FaultyDomain, isCommit, openFaultyDomain } from '../testing/faulty-domain.ts';
import { refusalOf } from '../testing/refusals.ts';
import { expectIdlePool, expectSound } from '../testing/soundness.ts';
import type { Tx } from './transaction.ts';

let at: FaultyDomain;
let again: string[] = [];
/** What the on-hand handler does, inside the transaction. */
let inside: (tx: Tx) => Promise<unknown> = () => Promise.resolve();

beforeAll(async () => {
  const log = (_level: string, message: string, facts?: Record<string, unknown>) => {
    if (message === 'a unit of work runs again') again.push(String(facts?.['cause']));
  };
  at = await openFaultyDomain({ ports: { log, onHandHandlers: [async (tx) => void (await inside(tx))] } });
  await at.domain.inbound.purchase(inbound('P', [receipt('A', 500)]), at.call);
});
beforeEach(() => {
  [again, inside] = [[], () => Promise.resolve()];
});
afterEach(async () => {
  await at.proxy.refuse(false);
  await expectSound(at);
  expectIdlePool(at);
});
afterAll(() => at.close());

let orders = 0;
const newOrder = () => hold('A', 1, `O-${(orders += 1)}`);
/** Past the proxy: how many reservations an order has, whatever the engine says. */
async function effects(businessId: string): Promise<number> {
  const [rows] = await at.straight.query('SELECT reservation_id FROM reservation WHERE business_id = ?', [businessId]);
  return (rows as unknown[]).length;
}

describe('the connection is cut', () => {
  test.each([
    ['before a statement arrives', 'START TRANSACTION', { kind: 'cutBefore' }],
    ['after a lock was taken', 'FOR UPDATE', { kind: 'cutAfter' }],
    ['amid the writes', 'INSERT INTO stock_movement', { kind: 'cutBefore' }],
    ['in the midst of an answer', 'FROM stock_batch', { kind: 'cutReplyAfter', bytes: 20 }],
    ['before COMMIT arrives', isCommit, { kind: 'cutBefore' }],
  ] as const)('%s: the unit runs again, with one effect', async (_when, match, fault: Fault) => {
    const line = newOrder();
    const injection = at.proxy.inject({ match, fault });
    const answer = await at.domain.reservations.reserve(line, at.call);
    expect(injection.struck()).toBe(1);
    expect(again).toHaveLength(1);
    expect(await effects(line.businessId)).toBe(1);
    expect(await at.domain.reservations.get({ id: answer.id })).toEqual(answer);
  });

  test('after COMMIT was executed: the command is looked up, and its answer given', async () => {
    const line = newOrder();
    const injection = at.proxy.inject({ match: isCommit, fault: { kind: 'cutAfter' } });
    const answer = await at.domain.reservations.reserve(line, at.call);
    expect(injection.struck()).toBe(1);
    expect(again, 'it ran once').toEqual([]);
    expect(await effects(line.businessId)).toBe(1);
    expect(await at.domain.reservations.get({ id: answer.id })).toEqual(answer);
  });

  test('at every COMMIT: three more tries, then it is told that nothing was changed', async () => {
    const line = newOrder();
    const injection = at.proxy.inject({ match: isCommit, fault: { kind: 'cutBefore' }, times: 4 });
    const refusal = await refusalOf(at.domain.reservations.reserve(line, at.call));
    expect(refusal).toMatchObject({ code: 'INV_012', kind: 'unavailable', retryable: true });
    expect(refusal.message).toContain('nothing was changed');
    expect(injection.struck()).toBe(4);
    expect(await effects(line.businessId)).toBe(0);
  });

  test('while a call reads: it is told, and the next one is served', async () => {
    at.proxy.inject({ match: '(stock_batch AS b', fault: { kind: 'cutBefore' } });
    expect(await refusalOf(at.domain.stock.check({ skuId: 'A' }))).toMatchObject({ code: 'INV_012', retryable: true });
    expect((await at.domain.stock.check({ skuId: 'A' })).inStock).toBe(true);
  });
});

describe('the server kills the connection', () => {
  const killMe = async (tx: Tx) => {
    const [row] = await tx.rows('SELECT CONNECTION_ID() AS id');
    await at.straight.query(`KILL ${String(row?.['id'])}`);
  };

  test('in the middle of a unit: it runs again, with one effect', async () => {
    let runs = 0;
    inside = async (tx) => ((runs += 1) === 1 ? await killMe(tx) : undefined);
    const document = await at.domain.inbound.purchase(inbound('KILLED', [receipt('A', 3)]), at.call);
    expect(runs).toBe(2);
    expect(again).toHaveLength(1);
    expect(await at.domain.inbound.get({ id: document.id })).toEqual(document);
    expect((await at.domain.stock.movements({ documentId: document.id, limit: 9 })).items).toHaveLength(1);
  });

  test('every time: it gives up, and nothing was changed', async () => {
    inside = killMe;
    const refusal = await refusalOf(at.domain.inbound.purchase(inbound('DOOMED', [receipt('A', 3)]), at.call));
    expect(refusal).toMatchObject({ code: 'INV_012', kind: 'unavailable' });
    await expect(at.domain.inbound.get({ type: 'purchase', documentNo: 'DOOMED' })).rejects.toMatchObject({
      code: 'INV_007',
    });
  });

  test('of every idle connection: the next calls are served all the same', async () => {
    const ids = await Promise.all(
      [1, 2, 3, 4].map(() => at.dataSource.query('SELECT CONNECTION_ID() AS id, SLEEP(0.05)')),
    );
    for (const [row] of ids as { id: number }[][]) await at.straight.query(`KILL ${row?.id}`);
    expect((await at.domain.reservations.reserve(newOrder(), at.call)).state).toBe('active');
    expect((await at.domain.stock.check({ skuId: 'A' })).inStock).toBe(true);
  });
});

describe('no answer comes', () => {
  const LOOKUP_MS = 1000;
  const timed = async <T>(work: () => Promise<T>): Promise<{ answer: T; tookMs: number }> => {
    const begun = performance.now();
    const answer = await work();
    return { answer, tookMs: performance.now() - begun };
  };

  test('to COMMIT: within the deadline and the time to look it up, the answer is right', async () => {
    const line = newOrder();
    at.proxy.inject({ match: isCommit, fault: { kind: 'swallow' } });
    const { answer, tookMs } = await timed(() => at.domain.reservations.reserve(line, { ...at.call, deadlineMs: 500 }));
    expect(tookMs).toBeGreaterThan(450);
    expect(tookMs).toBeLessThan(500 + LOOKUP_MS);
    expect(await effects(line.businessId)).toBe(1);
    expect(await at.domain.reservations.get({ id: answer.id })).toEqual(answer);
  });

  test('to a statement: at the deadline the caller is told, and nothing was changed', async () => {
    const line = newOrder();
    at.proxy.inject({ match: 'FROM stock_level', fault: { kind: 'swallow' } });
    const call = { ...at.call, deadlineMs: 500 };
    const { answer, tookMs } = await timed(() => refusalOf(at.domain.reservations.reserve(line, call)));
    expect(answer).toMatchObject({ code: 'INV_012', kind: 'deadlineExceeded', details: { deadlineMs: 500 } });
    expect(tookMs).toBeLessThan(500 + LOOKUP_MS);
    expect(await effects(line.businessId)).toBe(0);
  });

  test('to COMMIT and to nothing after it: the caller is told in seconds that the outcome is unknown', async () => {
    const line = { ...newOrder(), idempotencyKey: 'silence' };
    let isSilent = false;
    const silence = at.proxy.inject({
      match: (message) => (isSilent ||= isCommit(message)),
      fault: { kind: 'swallow' },
      times: 1000,
    });
    const call = { ...at.call, deadlineMs: 500 };
    const { answer, tookMs } = await timed(() => refusalOf(at.domain.reservations.reserve(line, call)));
    silence.remove();
    expect(answer).toMatchObject({ code: 'INV_012', kind: 'unavailable' });
    expect(tookMs).toBeLessThan(500 + 5 * LOOKUP_MS);
    at.proxy.cutAll();
    expect((await at.domain.reservations.reserve(line, at.call)).state).toBe('active');
    expect(await effects(line.businessId)).toBe(1);
  });
});

describe('the outcome of COMMIT cannot be learnt', () => {
  test.each([
    ['it was executed', 'cutAfter', 1],
    ['it never arrived', 'cutBefore', 0],
  ] as const)(
    '%s: the hint says to repeat with the key, and the repeat has one effect',
    async (_what, kind, standing) => {
      const line = newOrder();
      const keyed = { ...line, idempotencyKey: `unknown-${kind}` };
      // A pool of one connection, so that the line is dead once COMMIT was sent.
      const alone = await openFaultyDomain({ poolSize: 1 });
      try {
        await alone.domain.inbound.purchase(inbound('P', [receipt('A', 5)]), alone.call);
        const cutOff = (message: Buffer) => isCommit(message) && (void alone.proxy.refuse(true), true);
        alone.proxy.inject({ match: cutOff, fault: { kind } });
        const begun = performance.now();
        const refusal = await refusalOf(alone.domain.reservations.reserve(keyed, alone.call));
        expect(performance.now() - begun).toBeLessThan(3000);
        expect(refusal).toMatchObject({ code: 'INV_012', kind: 'unavailable', retryable: true });
        expect(refusal.message).toContain('not known');
        expect(refusal.hint).toContain('same idempotency key');
        const [rows] = await alone.straight.query('SELECT reservation_id FROM reservation');
        expect(rows).toHaveLength(standing);
        await alone.proxy.refuse(false);
        const answer = await alone.domain.reservations.reserve(keyed, alone.call);
        expect(await alone.domain.reservations.get({ id: answer.id })).toEqual(answer);
        expect((await alone.domain.reservations.list({ skuId: 'A', limit: 9 })).items).toHaveLength(1);
      } finally {
        await alone.close();
      }
    },
  );
});

test('with the database down callers are told at once, writers and readers, and served when it is back', async () => {
  await at.proxy.refuse(true);
  at.proxy.cutAll();
  const begun = performance.now();
  const refusals = await Promise.all([
    refusalOf(at.domain.reservations.reserve(newOrder(), at.call)),
    refusalOf(at.domain.stock.check({ skuId: 'A' })),
  ]);
  expect(performance.now() - begun).toBeLessThan(1000);
  for (const refusal of refusals)
    expect(refusal).toMatchObject({
      code: 'INV_012',
      kind: 'unavailable',
      retryable: true,
      details: { dependency: 'database' },
    });
  await at.proxy.refuse(false);
  expect((await at.domain.reservations.reserve(newOrder(), at.call)).state).toBe('active');
});
