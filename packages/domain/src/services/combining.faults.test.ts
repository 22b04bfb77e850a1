/** A flush on a bad line: every call of it has one effect and the right answer, whoever of them wrote the row that tells. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FaultyDomain, isCommit, openFaultyDomain } from '../testing/faulty-domain.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound, expectIdlePool } from '../testing/soundness.ts';

let at: FaultyDomain;
let again: string[] = [];

beforeAll(async () => {
  const log = (_level: string, message: string, facts?: Record<string, unknown>) => {
    if (message === 'a unit of work runs again') again.push(String(facts?.['cause']));
  };
  at = await openFaultyDomain({ ports: { log } });
  await at.domain.inbound.purchase(inbound('P', [receipt('A', 500)]), at.call);
});
beforeEach(() => {
  again = [];
});
afterAll(async () => {
  expectIdlePool(at);
  await closeSound(at);
});

let orders = 0;
/** The first one is refused and writes nothing, so another one's row must tell of the COMMIT. */
function flush() {
  const greedy = refusalOf(at.domain.reservations.reserve(hold('A', 9999, `O-${(orders += 1)}`), at.call));
  const served = [1, 2, 3].map((quantity) =>
    at.domain.reservations.reserve(hold('A', quantity, `O-${(orders += 1)}`), at.call),
  );
  return { greedy, served };
}

async function expectServed({ greedy, served }: ReturnType<typeof flush>): Promise<void> {
  expect(await greedy).toMatchObject({ code: 'INV_002' });
  for (const answer of await Promise.all(served)) {
    const { items } = await at.domain.reservations.list({ businessId: answer.businessId, limit: 9 });
    expect(items).toEqual([answer]);
  }
}

test('COMMIT was executed and its answer lost: all of them are answered, and it ran once', async () => {
  const injection = at.proxy.inject({ match: isCommit, fault: { kind: 'cutAfter' } });
  const before = at.domain.unitOfWork.flushes().flushes;
  await expectServed(flush());
  expect(injection.struck()).toBe(1);
  expect([again, at.domain.unitOfWork.flushes().flushes - before]).toEqual([[], 1]);
});

test.each([
  ['COMMIT never arrived', isCommit],
  ['the writes never arrived', 'INSERT INTO stock_movement'],
  ['the locks were not answered', 'FOR UPDATE'],
] as const)('%s: all of them run again, with one effect each', async (_when, match) => {
  const injection = at.proxy.inject({ match, fault: { kind: 'cutBefore' } });
  await expectServed(flush());
  expect(injection.struck()).toBe(1);
  expect(again).toHaveLength(1);
});

test('the line breaks when a part of them is written already: all of them run again, with one effect each', async () => {
  const injection = at.proxy.inject({ match: 'INSERT INTO stock_movement', fault: { kind: 'cutAfter' } });
  const before = at.domain.unitOfWork.flushes();
  const served = Array.from({ length: 100 }, () =>
    at.domain.reservations.reserve(hold('A', 1, `O-${(orders += 1)}`), at.call),
  );
  const answers = await Promise.all(served);
  expect([injection.struck(), again.length, at.domain.unitOfWork.flushes().largest]).toEqual([1, 1, 100]);
  expect(at.domain.unitOfWork.flushes().flushes - before.flushes).toBe(1);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(100);
  const { items } = await at.domain.reservations.list({ businessId: answers[99]?.businessId, limit: 9 });
  expect(items).toEqual([answers[99]]);
});

test('the database is away: all of them are told, and nothing was changed', async () => {
  await at.proxy.refuse(true);
  at.proxy.cutAll();
  const { greedy, served } = flush();
  for (const refusal of [greedy, ...served.map(refusalOf)])
    expect(await refusal).toMatchObject({ code: 'INV_012', kind: 'unavailable' });
  await at.proxy.refuse(false);
  await expectServed(flush());
});
