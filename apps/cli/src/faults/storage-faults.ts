/** A database that comes back from a backup, and keys that were kept for too short a time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromMicros, type Instant, toMicros } from '@granary/contracts/instant';
import { parseConfig } from '@granary/platform/env';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { migrate } from '@granary/platform/migration-runner';
import { migrations } from '@granary/platform/schema';
import { databaseNode, type DatabaseNode } from '@granary/testkit/cluster/database-node';
import { databaseToolsPath, startDatabaseServer } from '@granary/testkit/private-servers';
import { createWorker } from '@granary/worker/worker';
import { call } from '../effects/callers.ts';
import { emptyDiary, keyOf } from '../effects/diary.ts';
import { readKept } from '../effects/kept.ts';
import { drained } from '../events/queues.ts';
import { callHere } from '../fleet/call-here.ts';
import { type Closing, createClosing } from '../fleet/closing.ts';
import { startMember } from '../fleet/fleet.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { guideFor } from '../recovery/guide.ts';
import { environment } from '../surroundings.ts';
import { codeOf } from './acts.ts';
import { type Happening, type OwnFault, unless } from './fault.ts';
import { hold, purchase } from './inputs.ts';
import { untilSo } from './testbed.ts';

const DATABASE = 'granary';
const OPENING = 5_000;
const BEFORE_MS = 1_500;
const SERVED_WITHIN_MS = 30_000;
const DAYS_LATER = 9n;
const DAY_MICROS = 86_400_000_000n;

export const storageFaults: readonly OwnFault[] = [
  {
    id: 'F62',
    title: 'the database is lost and restored from a backup that was taken under load',
    inject: 'the commands of docs/backup.md, callers at work; the server is killed, the dump restored in another one',
    expect: 'all acknowledged before the dump is there, every invariant holds, the outbox goes on, keys count',
    on: 'own',
    limitMs: 120_000,
    run: restored,
  },
  {
    id: 'F45',
    title: 'a key is used again after its time',
    inject: 'the engine hears of a day that is 9 days later, and forgets old keys',
    expect: 'the key is gone, and the number of the document and the order still protect',
    on: 'own',
    run: keysExpired,
  },
];

export async function closed<T>(work: (closing: Closing) => Promise<T>): Promise<T> {
  const closing = createClosing();
  try {
    return await work(closing);
  } finally {
    await closing.close();
  }
}

export async function openOn(url: string, closing: Closing): Promise<Granary> {
  const config = parseConfig({ DATABASE_URL: url, STOCK_LOCK: 'none', PORT: '0', REQUEST_DEADLINE_MS: '5000' });
  const granary = await openGranary(config, { log: silentLog });
  closing.add(() => granary.close());
  return granary;
}

async function startDatabase(serverId: number, closing: Closing): Promise<DatabaseNode> {
  const node = databaseNode(await startDatabaseServer({ serverId }));
  closing.add(() => node.server.stop());
  return node;
}

export const urlOf = (node: DatabaseNode) => `${node.rootUrl}/${DATABASE}`;

function restored(signal: AbortSignal): Promise<Happening> {
  return closed(async (closing) => {
    const tools = await databaseToolsPath();
    const folder = mkdtempSync(join(tmpdir(), 'granary-faults-'));
    closing.add(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
    const guideOf = (node: DatabaseNode) =>
      guideFor(node.server.engine, {
        ...{ PATH: [tools, environment()['PATH'] ?? ''].filter(Boolean).join(delimiter), BACKUP: folder, STOP_AT: '' },
        ...{ DB_HOST: '127.0.0.1', DB_PORT: String(node.server.port), DB_USER: 'root', DB_NAME: DATABASE },
      });
    const lost = await startDatabase(1, closing);
    await migrate({ url: urlOf(lost), migrations, log: silentLog });
    const api = await startMember({ settings: { DATABASE_URL: urlOf(lost), STOCK_LOCK: 'none', PORT: '0' } });
    closing.add(() => api.stop());
    const skuIds = ['KETTLE', 'MUG'] as const;
    const lines = skuIds.map((skuId) => ({ skuId, quantity: OPENING, unitCost: '1.00' }));
    await api.client.inbound.purchase.mutate({ documentNo: 'OPENING', lines });
    const keyed = { ...hold('KETTLE', 1, 'KEYED'), idempotencyKey: 'keyed' };
    const answered = JSON.stringify(await api.client.reservation.reserve.mutate(keyed));
    const diary = emptyDiary();
    let goesOn = true;
    const calling = call({ diary, seed: 62, callers: 6, skuIds, client: () => api.client, goesOn: () => goesOn });
    await sleep(BEFORE_MS);
    const before = diary.entries.filter(({ made }) => made === 'done').map(keyOf);
    await guideOf(lost).follow('Take a backup');
    goesOn = false;
    await calling;
    await lost.server.kill();
    const found = await startDatabase(2, closing);
    await guideOf(found).follow('Restore the dump');
    const granary = await openOn(urlOf(found), closing);
    const kept = await readKept(granary.dataSource, new Map());
    const missing = before.filter((key) => !kept.found.has(key));
    const { violations } = await granary.domain.verify({});
    const again = JSON.stringify(await granary.domain.reservations.reserve(keyed, callHere()));
    const worker = createWorker({ domain: granary.domain, cost: granary.cost, log: silentLog });
    worker.start();
    closing.add(() => worker.stop());
    const stuck = await drained(granary.dataSource, { signal });
    return {
      happened: before.length,
      problems: [
        ...missing.slice(0, 5).map((key) => `${key} was acknowledged before the dump and is not there`),
        ...violations.slice(0, 5).map(({ invariant, row }) => `${invariant} ${row}`),
        ...unless(again === answered, 'a key from before is answered in another way'),
        ...stuck,
      ],
      figures: { 'acknowledged before the dump': before.length, 'calls in all': diary.answers.length },
    };
  });
}

const later = (now: Instant) => fromMicros(toMicros(now) + DAYS_LATER * DAY_MICROS);

function keysExpired(): Promise<Happening> {
  return closed(async (closing) => {
    const database = await openOwnDatabase('faults_keys');
    closing.add(() => database.drop());
    const open = async (overrides = {}) => {
      const granary = await openGranary(database.config({ STOCK_LOCK: 'none' }), { log: silentLog, ...overrides });
      closing.add(() => granary.close());
      return granary.domain;
    };
    const now = await open();
    const first = purchase('OLD', [{ skuId: 'OLD', quantity: 10 }], { idempotencyKey: 'old purchase' });
    const bought = JSON.stringify(await now.inbound.purchase(first, callHere()));
    const line = { ...hold('OLD', 2, 'OLD'), idempotencyKey: 'old hold' };
    const { id } = await now.reservations.reserve(line, callHere());
    await now.reservations.confirm({ id }, callHere());
    const then = await open({ clock: later });
    const started = await then.maintenance.startDue(callHere());
    const isOver = async () => {
      await then.jobRunner.runOnce({ holder: 'faults', leaseMs: 5_000 });
      return started === null || (await then.jobs.get({ id: started.id })).endedAt !== null;
    };
    await untilSo(isOver, SERVED_WITHIN_MS);
    const { dataSource } = await openOn(database.databaseUrl, closing);
    const left = await dataSource.query(
      `SELECT idempotency_key FROM command WHERE idempotency_key IN ('old purchase', 'old hold')`,
    );
    const boughtAgain = await then.inbound.purchase(first, callHere()).then((answer) => JSON.stringify(answer), codeOf);
    const heldAgain = await then.reservations.reserve(line, callHere()).then((answer) => answer.id, codeOf);
    const { violations } = await then.verify({});
    return {
      happened: left.length === 0 && started !== null ? 2 : 0,
      problems: [
        ...unless(boughtAgain === bought, `the purchase was answered anew: ${boughtAgain}`),
        ...unless(heldAgain === id, `the hold was answered anew: ${heldAgain}`),
        ...violations.map(({ invariant, row }) => `${invariant} ${row}`),
      ],
    };
  });
}
