/** Those who cost what moves may refuse it while it is written: a call by itself, a call with a key, and rows of a file. */
import { GranaryError } from '@granary/contracts/error';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OnHandHandler } from '../ports/on-hand-handler.ts';
import { notFound } from '../refusal.ts';
import { imported, send } from '../testing/importing.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { createTestWorker } from '../testing/jobs.ts';
import { refusalOf } from '../testing/refusals.ts';
import { closeSound } from '../testing/soundness.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
/** What is thrown at goods of this name, and what is done before. */
let thrown: (skuId: string) => Promise<unknown> | undefined = () => undefined;
const handler: OnHandHandler = async (_tx, changes) => {
  for (const { skuId } of changes) await thrown(skuId);
};

beforeAll(async () => {
  at = await openTestDomain({ ports: { onHandHandlers: [handler] } });
});
afterAll(() => closeSound(at));
beforeEach(() => {
  thrown = () => undefined;
});

const denied = notFound('period', '2026-11');
const buy = (documentNo: string, skuId: string, more: object = {}) =>
  at.domain.inbound.purchase({ ...inbound(documentNo, [receipt(skuId, 1)]), ...more }, at.call);

test('a refusal is kept with its key, and answered to a repeat', async () => {
  thrown = () => Promise.reject(denied);
  expect(await refusalOf(buy('P1', 'A', { idempotencyKey: 'K1' }))).toMatchObject({ kind: 'notFound' });
  thrown = () => undefined;
  expect(await refusalOf(buy('P1', 'A', { idempotencyKey: 'K1' }))).toMatchObject({ kind: 'notFound' });
  expect(await buy('P1', 'A')).toMatchObject({ documentNo: 'P1' });
});

test('a refusal of a call that shares its unit with others is kept as well', async () => {
  await buy('P3', 'C');
  const held = await at.domain.reservations.reserve(
    { skuId: 'C', quantity: 1, type: 'order', businessId: 'O3', lineId: '', replace: false },
    at.call,
  );
  thrown = () => Promise.reject(denied);
  const deduct = () => at.domain.reservations.deduct({ id: held.id, quantity: 1, idempotencyKey: 'K3' }, at.call);
  expect(await refusalOf(deduct())).toMatchObject({ kind: 'notFound' });
  thrown = () => undefined;
  expect(await refusalOf(deduct())).toMatchObject({ kind: 'notFound' });
  expect(await at.domain.reservations.get({ id: held.id })).toMatchObject({ fulfilled: 0 });
});

test('who used the key in between has its answer stand', async () => {
  await at.domain.locations.create({ locationId: 'spare', idempotencyKey: 'K2' }, at.call);
  await at.dataSource.query(`UPDATE command SET idempotency_key = 'K2-later' WHERE idempotency_key = 'K2'`);
  thrown = async () => {
    await at.dataSource.query(`UPDATE command SET idempotency_key = 'K2' WHERE idempotency_key = 'K2-later'`);
    throw denied;
  };
  expect(await refusalOf(buy('P2', 'B', { idempotencyKey: 'K2' }))).toMatchObject({ kind: 'idempotencyKeyReused' });
});

const lines = (...rows: readonly string[]) => rows.map((row) => `${row}\r\n`).join('');

test('one row that is refused keeps no other one of its file back', async () => {
  const sent = {
    kind: 'batches',
    csv: lines('skuId,batchNo,quantity,unitCost', 'X1,B,1,1', 'BAD,B,1,1', 'X3,B,1,1'),
  } as const;
  const issues = [{ path: 'lines.0.unitCost', message: 'is not to be believed' }];
  const disbelief = new GranaryError('validation', { message: 'No.', hint: 'Ask.', details: { issues } });
  thrown = (skuId) => (skuId === 'BAD' ? Promise.reject(disbelief) : undefined);
  const { answer, errors } = await imported(at, sent);
  expect(answer.state).toBe('rejected');
  expect(errors).toMatchObject([{ row: 3, column: 'unitCost', message: 'is not to be believed' }]);
});

test('a fault in the middle of a file is tried again', async () => {
  const { id } = await send(at, { kind: 'batches', csv: lines('skuId,batchNo,quantity,unitCost', 'Y1,B,1,1') });
  const away = new GranaryError('unavailable', {
    ...{ message: 'Away.', hint: 'Wait.', details: { dependency: 'database', retryAfterSeconds: 1 } },
  });
  thrown = () => Promise.reject(away);
  const { jobId } = await at.domain.imports.check({ importId: id }, at.call);
  const worker = createTestWorker(at.domain, 'w');
  await expect(worker.finish(jobId ?? '')).rejects.toMatchObject({ kind: 'unavailable' });
  thrown = () => undefined;
  expect(await worker.finish(jobId ?? '')).toMatchObject({ state: 'done' });
});
