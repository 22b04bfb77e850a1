/** Prune: old keys and old commands go, what is still needed stays, the ledger stays whole, and a repeat is answered for its time. */
import { afterEach, expect, test } from 'vitest';
import { countOf, rowsOf, valueOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { createRelayDesk } from '../testing/relaying.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

const DAY = 86_400;
let at: TestDomain;
afterEach(() => at?.close());

async function open(config: { auditRetentionDays?: number; idempotencyDays?: number }): Promise<TestDomain> {
  at = await openTestDomain({ config });
  return at;
}

const prune = async () => {
  const { id } = await at.domain.jobs.prune({}, at.call);
  return await createTestWorker(at.domain, 'pruner').finish(id);
};
const relayed = () => createRelayDesk(at).drain();
const commandCount = () => countOf(at.dataSource, 'command');

/** Stock in, stock out, stock held, and a refusal. */
async function history(): Promise<void> {
  const { inbound: inbounds, outbound, reservations, skus } = at.domain;
  await inbounds.purchase({ ...inbound('P', [receipt('A', 100), receipt('B', 5)]), idempotencyKey: 'p' }, at.call);
  await outbound.sales(sale('S', [{ skuId: 'A', quantity: 1 }]), at.call);
  await skus.update({ skuId: 'A', name: 'first' }, at.call);
  const short = reservations.reserve({ ...hold('A', 1000, 'SHORT'), idempotencyKey: 'short' }, at.call);
  await short.catch(() => undefined);
}

test('by default commands stay for ever, and keys and answers go after seven days', async () => {
  await open({});
  await history();
  await relayed();
  const before = await commandCount();
  at.advance(6 * DAY);
  expect((await prune()).report).toEqual({ forgotten: 0, removed: 0 });
  const again = { ...inbound('P', [receipt('A', 100), receipt('B', 5)]), idempotencyKey: 'p' };
  await expect(at.domain.inbound.purchase({ ...again, documentNo: 'P9' }, at.call)).rejects.toMatchObject({
    code: 'INV_011',
  });
  at.advance(DAY + 60);
  expect((await prune()).report).toEqual({ forgotten: 2, removed: 0 });
  expect(await countOf(at.dataSource, `command WHERE idempotency_key IS NOT NULL`)).toBe(0);
  expect(await commandCount()).toBeGreaterThanOrEqual(before);
  // Why something was refused stays told.
  const [refused] = (
    await at.domain.audit.search({ skuId: 'A', procedure: 'reservation.reserve', outcome: 'refused', limit: 1 })
  ).items;
  expect(refused).toMatchObject({ refusalCode: 'INV_002' });
  // The key is free again; the number of the document still has one effect.
  await expect(at.domain.inbound.purchase({ ...again, documentNo: 'P9' }, at.call)).resolves.toMatchObject({
    documentNo: 'P9',
  });
});

test('with a retention old commands go with their SKUs, young ones stay, and the ledger stays whole', async () => {
  await open({ auditRetentionDays: 30 });
  await history();
  await relayed();
  at.advance(20 * DAY);
  await at.domain.outbound.sales(sale('YOUNG', [{ skuId: 'A', quantity: 2 }]), at.call);
  await relayed();
  at.advance(11 * DAY);
  const { report, state } = await prune();
  expect({ report, state }).toEqual({ report: { forgotten: 2, removed: 4 }, state: 'done' });
  const { items } = await at.domain.audit.search({ skuId: 'A', limit: 10 });
  expect(items.map(({ procedure }) => procedure)).toEqual(['outbound.sales']);
  expect(await countOf(at.dataSource, 'command_sku WHERE command_id NOT IN (SELECT command_id FROM command)')).toBe(0);
  expect(await countOf(at.dataSource, 'stock_movement')).toBe(4);
  expect(await at.domain.verify({})).toMatchObject({ ok: true, violations: [] });
  expect(await at.domain.stock.available({ skuId: 'A', includeReserved: false, excludeExpired: true })).toMatchObject({
    available: 97,
  });
});

test('verify still misses the command of a young movement', async () => {
  await open({ auditRetentionDays: 30 });
  await history();
  await relayed();
  at.advance(31 * DAY);
  await prune();
  await at.domain.outbound.sales(sale('YOUNG', [{ skuId: 'A', quantity: 2 }]), at.call);
  await at.dataSource.query("DELETE FROM command WHERE procedure_name = 'outbound.sales'");
  expect(await at.domain.verify({})).toMatchObject({ ok: false, violations: [{ invariant: 'I11' }] });
});

test('what the relay has not published is kept, and its events still tell who caused them', async () => {
  await open({ auditRetentionDays: 7 });
  await history();
  at.advance(8 * DAY);
  await prune();
  const desk = createRelayDesk(at);
  await desk.drain();
  const causes = desk.delivered.map(({ cause }) => cause.procedure);
  expect(causes).toContain('inbound.purchase');
  expect(causes).not.toContain('unknown');
  at.advance(DAY);
  await prune();
  expect(await countOf(at.dataSource, "command WHERE procedure_name = 'inbound.purchase'")).toBe(0);
});

test('the command behind stock that is still held is kept until it is not', async () => {
  await open({ auditRetentionDays: 7 });
  await history();
  const held = await at.domain.reservations.reserve(hold('A', 3, 'LONG'), at.call);
  await at.domain.reservations.confirm({ id: held.id }, at.call);
  await relayed();
  at.advance(8 * DAY);
  await prune();
  expect(
    await countOf(at.dataSource, "command WHERE procedure_name = 'reservation.reserve' AND outcome = 'done'"),
  ).toBe(1);
  await at.domain.reservations.release({ id: held.id }, at.call);
  await relayed();
  await prune();
  expect(
    await countOf(at.dataSource, "command WHERE procedure_name = 'reservation.reserve' AND outcome = 'done'"),
  ).toBe(0);
});

test('a retention shorter than the keys live waits for the keys', async () => {
  await open({ auditRetentionDays: 7, idempotencyDays: 30 });
  await history();
  await relayed();
  at.advance(8 * DAY);
  expect((await prune()).report).toEqual({ forgotten: 0, removed: 0 });
});

test('thousands go in chunks, a round that ends in the middle is gone on with, and the next one does not look at all again', async () => {
  await open({ auditRetentionDays: 0 });
  await history();
  await at.dataSource
    .query(`INSERT INTO command (command_id, procedure_name, actor, request_id, idempotency_key, request_hash, request, outcome, answer, recorded_at)
    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)
    SELECT CONCAT('01AA', LPAD(a.i * 1000 + b.i, 22, '0')), 'sku.update', 'old', 'r', CONCAT('k', a.i * 1000 + b.i), UNHEX(REPEAT('00', 32)), '{}', 'done', '{}',
      UTC_TIMESTAMP(6) - INTERVAL 30 DAY FROM n AS a JOIN n AS b WHERE a.i <= 3`);
  const { id } = await at.domain.jobs.prune({}, at.call);
  const [first, second] = [createTestWorker(at.domain, 'first', 1), createTestWorker(at.domain, 'second', 60_000)];
  await first.round();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await second.finish(id)).toMatchObject({ state: 'done', report: { forgotten: 2700, removed: 0 }, done: 2700 });
  expect(await prune()).toMatchObject({ state: 'done', report: { forgotten: 0 }, done: 0, total: expect.any(Number) });
  expect(await countOf(at.dataSource, "command WHERE actor = 'old'")).toBe(2700);
});

test('workers start it once a day, however many ask', async () => {
  await open({});
  await history();
  const ask = () => Promise.all(Array.from({ length: 4 }, () => at.domain.maintenance.startDue(at.call)));
  // Nothing is old enough yet.
  expect(await ask()).toEqual([null, null, null, null]);
  at.advance(8 * DAY);
  const [started, ...others] = (await ask()).filter((answer) => answer !== null);
  expect([started?.isNew, others]).toEqual([true, []]);
  expect(await ask()).toEqual([null, null, null, null]);
  await createTestWorker(at.domain, 'pruner').finish(started?.id ?? '');
  at.advance(DAY - 60);
  expect(await ask()).toEqual([null, null, null, null]);
  // The first round looked at everything that was there; a day later there is what was done since.
  at.advance(120);
  expect(await ask()).toEqual([null, null, null, null]);
  at.advance(7 * DAY);
  expect((await ask()).filter((answer) => answer !== null)).toHaveLength(1);
  expect(await rowsOf(at.dataSource, "SELECT state FROM job WHERE kind = 'prune' ORDER BY job_id")).toEqual([
    { state: 'done' },
    { state: 'queued' },
  ]);
  expect(await valueOf(at.dataSource, "SELECT COUNT(*) FROM command WHERE procedure_name = 'system.prune'")).toBe('3');
});
