/** The line is lost while the server is still at the packet that ends with COMMIT, and it does not know that nobody listens. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { testServers } from '@granary/testkit/servers';
import type { Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStranger } from '../testing/database-state.ts';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let stranger: Connection;
let server: Server;
const kept: Socket[] = [];
let mayCut = false;

beforeAll(async () => {
  const { databaseUrl } = await testServers();
  server = createServer((client) => carry(client, Number(new URL(databaseUrl).port)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const through = (url: string) => Object.assign(new URL(url), { port: String(port) }).href;
  at = await openTestDomain({ poolSize: 4, through });
  stranger = await openStranger(at.url);
  await at.domain.inbound.purchase(inbound('P', [receipt('A', 500)]), at.call);
  await at.domain.reservations.reserve(hold('A', 1, 'FIRST'), at.call);
});
afterEach(() => stranger.rollback());
afterAll(async () => {
  await stranger.end();
  await at.close();
  kept.forEach((socket) => socket.destroy());
  server.close();
});

/** The client's end is cut soon after COMMIT has passed, and the server's end stays. */
function carry(client: Socket, port: number): void {
  const target = connect({ host: '127.0.0.1', port });
  kept.push(target);
  for (const socket of [client, target]) socket.on('error', () => undefined);
  client.on('data', (bytes) => {
    target.write(bytes);
    if (!mayCut || !bytes.includes('COMMIT')) return;
    mayCut = false;
    setTimeout(() => client.destroy(), 50);
  });
  target.on('data', (bytes) => {
    if (!client.destroyed) client.write(bytes);
  });
}

test.each([
  ['in time, with the answer that stands', 8000, 'active'],
  ['or out of time, with nothing changed', 400, 'INV_012'],
] as const)('the call is served %s', async (name, deadlineMs, told) => {
  // Its batches are read without a lock, and written in the packet with COMMIT.
  await stranger.beginTransaction();
  await stranger.query('SELECT 1 FROM stock_batch FOR UPDATE');
  mayCut = true;
  const answer = at.domain.reservations.reserve(hold('A', 1, name), { ...at.call, deadlineMs }).then(
    ({ id, state }) => ({ id, told: state as string }),
    ({ code }: { code: string }) => ({ id: undefined, told: code }),
  );
  await sleep(600);
  expect(mayCut, 'it was cut').toBe(false);
  await stranger.rollback();
  const { id, told: found } = await answer;
  expect(found).toBe(told);
  // What the server was still at would be there soon.
  await sleep(300);
  const [rows] = await stranger.query('SELECT reservation_id AS id FROM reservation WHERE business_id = ?', [name]);
  expect(rows).toEqual(id === undefined ? [] : [{ id }]);
});
