/** The receiver end to end: made known through the client, fed by a real api and a real worker over a real database. */
import { openRealApi, type RealApi } from '@granary/api/testing/real-api';
import { createClient, type GranaryClient, type StockEvent } from '@granary/client';
import { silentLog } from '@granary/platform/log';
import { createWorker, type Worker } from '@granary/worker/worker';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createInbox, type Hearing, type Inbox } from './inbox.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { forget, register } from './registration.ts';
import { createShelf, type Shelf } from './shelf.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

let api: RealApi;
let granary: GranaryClient;
let worker: Worker;
beforeAll(async () => {
  const keys = `test:${randomBytes(32).toString('base64')}`;
  api = await openRealApi({ ENCRYPTION_KEYS: keys, STOCK_WEBHOOK_ALLOW_PRIVATE: 'true' });
  granary = createClient({ url: api.url });
  worker = createWorker({
    domain: api.granary.domain,
    log: silentLog,
    stream: undefined,
    sendWebhook: api.granary.webhookSender,
    pollMs: 20,
    delivery: { pollMs: 20, webhookSchedule: { delaysMs: Array.from({ length: 40 }, () => 200) } },
  });
  worker.start();
});
afterAll(async () => {
  await worker?.stop();
  await api?.end();
});

let inbox: Inbox;
let shelf: Shelf;
let heard: { readonly event: StockEvent; readonly hearing: Hearing }[];
let failing: (event: StockEvent) => boolean;
let secrets: readonly string[];
let receiver: Receiver;

/** Throwing after it has taken in the event is what a crash before the answer looks like from outside. */
function take(event: StockEvent): void {
  const hearing = inbox.hear(event);
  heard.push({ event, hearing });
  shelf.take(event, hearing);
  if (failing(event)) throw new Error('the answer is lost');
}

beforeEach(async () => {
  [inbox, shelf, heard, secrets] = [createInbox(), createShelf(), [], []];
  failing = () => false;
  receiver = await openReceiver({ port: 0, secrets: () => secrets, take });
});
afterEach(async () => {
  await forget(granary, receiver.url);
  await receiver.close();
});

async function listen(): Promise<void> {
  secrets = [(await register(granary, receiver.url)).secret];
}

const receive = (skuId: string, quantity: number, documentNo = `PO-${skuId}`) =>
  granary.inbound.purchase.mutate({ documentNo, lines: [{ skuId, quantity, unitCost: '3.20' }] });
const reserve = (skuId: string, businessId: string) =>
  granary.reservation.reserve.mutate({ skuId, quantity: 1, type: 'cart', businessId });

/** What the shelf says of a SKU, and what Granary itself does. */
async function bothViews(skuId: string) {
  const { onHand, reserved } = await granary.stock.available.query({ skuId });
  const row = shelf.rows().find((one) => one.skuId === skuId);
  return { heard: { onHand: row?.onHand, reserved: row?.reserved }, real: { onHand, reserved } };
}

async function waitUntilTheSame(skuIds: readonly string[]): Promise<void> {
  for (const skuId of skuIds) {
    const { real } = await bothViews(skuId);
    await expect.poll(async () => (await bothViews(skuId)).heard, PATIENCE).toEqual(real);
  }
}

test('what happens to stock is heard, signed, in order and once', async () => {
  await listen();
  const skuIds = ['MUG', 'BOWL', '杯子', 'a.b%c'];
  for (const skuId of skuIds) await receive(skuId, 50);
  await Promise.all(skuIds.flatMap((skuId) => Array.from({ length: 15 }, (_, at) => reserve(skuId, `${skuId}-${at}`))));
  await waitUntilTheSame(skuIds);
  expect(inbox.counts()).toEqual({ next: heard.length, ahead: 0, late: 0, repeat: 0 });
  expect(shelf.rows().map(({ version }) => version)).toEqual([16, 16, 16, 16]);
  expect(receiver.refused.size).toBe(0);
});

test('an answer that is lost brings the event again, and it is dropped', async () => {
  await listen();
  const lost = new Set<string>();
  failing = ({ id }) => !lost.has(id) && lost.add(id).size > 0;
  await receive('PLATE', 5);
  await reserve('PLATE', 'cart-1');
  await waitUntilTheSame(['PLATE']);
  await expect.poll(() => inbox.counts(), PATIENCE).toEqual({ next: 2, ahead: 0, late: 0, repeat: 2 });
  expect(heard.map(({ event, hearing }) => `${event.toVersion} ${hearing}`)).toEqual([
    '1 next',
    '1 repeat',
    '2 next',
    '2 repeat',
  ]);
});

test('what happens while the app is away waits, and comes in order, signed with a new secret', async () => {
  await listen();
  await receive('CUP', 9);
  await waitUntilTheSame(['CUP']);
  const { port } = new URL(receiver.url);
  await receiver.close();
  for (let at = 0; at < 5; at += 1) await reserve('CUP', `away-${at}`);
  const before = secrets;
  const again = await register(granary, receiver.url);
  expect(again.isAgain).toBe(true);
  expect([again.secret]).not.toEqual(before);
  secrets = [again.secret];
  receiver = await openReceiver({ port: Number(port), secrets: () => secrets, take });
  await waitUntilTheSame(['CUP']);
  expect(heard.map(({ event }) => event.toVersion)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(inbox.counts()).toMatchObject({ next: 6, ahead: 0, repeat: 0 });
});

describe('who is not Granary', () => {
  test('is refused, and nothing is taken in', async () => {
    await listen();
    const body = JSON.stringify({ type: 'stock.level.changed', data: {} });
    const post = (headers: Record<string, string>) => fetch(receiver.url, { method: 'POST', headers, body });
    const now = String(Math.floor(Date.now() / 1000));
    expect((await post({})).status).toBe(400);
    expect((await post({ 'webhook-id': 'x', 'webhook-timestamp': now, 'webhook-signature': 'v1,aaaa' })).status).toBe(
      400,
    );
    expect((await fetch(receiver.url)).status).toBe(404);
    expect((await fetch(receiver.url, { method: 'POST', body: Buffer.alloc(4_000_001) })).status).toBe(413);
    expect(Object.fromEntries(receiver.refused)).toEqual({ headers: 1, signature: 1 });
    expect(heard).toEqual([]);
  });

  test('cannot use the secret of yesterday', async () => {
    await listen();
    const [old] = secrets;
    await register(granary, receiver.url);
    await receive('JUG', 1);
    // This app missed the new secret, so it believes nothing; with the new one it believes everything again.
    await expect.poll(() => receiver.refused.get('signature') ?? 0, PATIENCE).toBeGreaterThan(0);
    expect(secrets).toEqual([old]);
    expect(heard).toEqual([]);
    await listen();
    await waitUntilTheSame(['JUG']);
  });
});
