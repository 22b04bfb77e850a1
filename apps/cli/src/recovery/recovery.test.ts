/** The database of a shop in use is lost after somebody has spoiled it, and comes back as it was at a moment before: by the guide. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { databaseNode, type DatabaseNode } from '@granary/testkit/cluster/database-node';
import { databaseToolsPath, startDatabaseServer } from '@granary/testkit/private-servers';
import { createWorker } from '@granary/worker/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../effects/callers.ts';
import { type Diary, emptyDiary, keyOf } from '../effects/diary.ts';
import { judge } from '../effects/judge.ts';
import { readKept } from '../effects/kept.ts';
import { createClosing } from '../fleet/closing.ts';
import { type Member, startMember } from '../fleet/fleet.ts';
import { environment } from '../surroundings.ts';
import { guideFor } from './guide.ts';

const NAME = 'granary';
const SKUS = ['KETTLE', 'MUG'] as const;
/** What the callers of the diaries leave alone. */
const OTHER_SKU = 'VASE';
const OPENING = 5_000;
const closing = createClosing();
let folder: string;
let tools: string;

beforeAll(async () => {
  tools = await databaseToolsPath();
  folder = mkdtempSync(join(tmpdir(), 'granary-backup-'));
  closing.add(async () => rmSync(folder, { recursive: true, force: true }));
});
afterAll(() => closing.close());

async function startDatabase(serverId: number): Promise<DatabaseNode> {
  const node = databaseNode(await startDatabaseServer({ serverId }));
  closing.add(() => node.server.stop());
  return node;
}

const settingsOf = (node: DatabaseNode) => ({ DATABASE_URL: `${node.rootUrl}/${NAME}`, STOCK_LOCK: 'none', PORT: '0' });

async function startApi(node: DatabaseNode): Promise<Member> {
  const member = await startMember({ settings: settingsOf(node) });
  closing.add(() => member.stop());
  return member;
}

function guideOf(node: DatabaseNode, stopAt = '') {
  const { PATH = '' } = environment();
  return guideFor(node.server.engine, {
    ...{ PATH: [tools, PATH].filter(Boolean).join(delimiter), BACKUP: folder, STOP_AT: stopAt },
    ...{ DB_HOST: '127.0.0.1', DB_PORT: String(node.server.port), DB_USER: 'root', DB_NAME: NAME },
  });
}

/** Callers at work until told to stop; resolves when all of them have their answers. */
function shop({ client }: Member, diary: Diary, seed: number): { stop(): Promise<void> } {
  let isOpen = true;
  const calling = call({ diary, seed, callers: 8, skuIds: [...SKUS], client: () => client, goesOn: () => isOpen });
  return {
    stop: async () => {
      isOpen = false;
      await calling;
    },
  };
}

async function hold(member: Member, quantity: number): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${member.url}/v1/reservation/reserve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'cart-7' },
    body: JSON.stringify({ type: 'cart', businessId: 'CART-7', skuId: OTHER_SKU, quantity }),
  });
  return { status: answer.status, body: await answer.json() };
}

/** The copy of the log is written a little after the log. */
async function logIsCopied(node: DatabaseNode): Promise<void> {
  const [at] = await node.ask(node.server.engine === 'mariadb' ? 'SHOW BINLOG STATUS' : 'SHOW BINARY LOG STATUS');
  const copied = () => {
    const file = readdirSync(folder).find((name) => name === at?.['File']);
    return file === undefined ? 0 : statSync(join(folder, file)).size;
  };
  await expect.poll(copied, { timeout: 20_000, interval: 100 }).toBeGreaterThanOrEqual(Number(at?.['Position']));
}

describe('a backup that is taken while the shop is used', () => {
  it('brings back, in another server, all that was acknowledged before a moment, and nothing after it', async () => {
    const lost = await startDatabase(1);
    await migrate({ url: settingsOf(lost).DATABASE_URL, migrations, log: silentLog });
    const api = await startApi(lost);
    const lines = [...SKUS, OTHER_SKU].map((skuId) => ({ skuId, quantity: OPENING, unitCost: '1.00' }));
    await api.client.inbound.purchase.mutate({ documentNo: 'OPENING', lines });

    const [before, after] = [emptyDiary(), emptyDiary()];
    const first = shop(api, before, 1);
    await sleep(300);
    await guideOf(lost).follow('Take a backup');
    const log = guideOf(lost).start('Keep the log');
    closing.add(async () => void log.kill('SIGKILL'));
    const answersAtDump = before.answers.length;
    const held = await hold(api, 2);
    await sleep(700);
    await first.stop();
    const moment = new Date(Math.ceil(Date.now() / 1000) * 1000);
    await sleep(moment.getTime() - Date.now() + 20);

    const second = shop(api, after, 2);
    await sleep(200);
    await lost.ask(`UPDATE ${NAME}.stock_level SET on_hand = on_hand + 1`, `DELETE FROM ${NAME}.outbox`);
    await sleep(100);
    await second.stop();
    await logIsCopied(lost);
    await lost.server.kill();

    const found = await startDatabase(2);
    const guide = guideOf(found, moment.toISOString().slice(0, 19).replace('T', ' '));
    await guide.follow('Restore the dump');
    await guide.follow('Go on to a moment');

    const granary = await openGranary(parseConfig(settingsOf(found)), { log: silentLog });
    closing.add(() => granary.close());
    expect((await granary.domain.verify({})).violations).toEqual([]);
    const kept = await readKept(granary.dataSource, new Map(SKUS.map((skuId) => [skuId, OPENING])));
    expect(judge(before, kept)).toMatchObject({ lost: [], problems: [], unknown: 0 });
    expect(before.answers.length).toBeGreaterThan(answersAtDump);
    expect(answersAtDump).toBeGreaterThan(10);
    expect(after.entries.filter(({ made }) => made === 'done').length).toBeGreaterThan(0);
    expect(after.entries.filter((entry) => kept.found.has(keyOf(entry)))).toEqual([]);

    const again = await startApi(found);
    expect(await hold(again, 2)).toEqual(held);
    expect(await hold(again, 3)).toMatchObject({ status: 409, body: { code: 'INV_011' } });

    const waiting = async () => Number((await granary.dataSource.query('SELECT COUNT(*) AS n FROM outbox'))[0].n);
    expect(await waiting()).toBeGreaterThan(10);
    const worker = createWorker({ domain: granary.domain, cost: granary.cost, log: silentLog });
    worker.start();
    closing.add(() => worker.stop());
    await expect.poll(waiting, { timeout: 20_000, interval: 100 }).toBe(0);
  }, 120_000);
});
