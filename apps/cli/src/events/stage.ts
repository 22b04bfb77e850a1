/**
 * Where the harness plays: a database of its own with a witness, an engine that writes, workers and consumers in processes of
 * their own, and a folder for what those note. All of it is gone afterwards.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventType } from '@granary/contracts/event';
import { webhookCreateInput } from '@granary/contracts/webhook';
import type { RetrySchedule } from '@granary/domain/rules/retry-schedule';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { callHere } from '../fleet/call-here.ts';
import { type Closing, createClosing } from '../fleet/closing.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { type Child, startChild } from './child.ts';
import { createCrew, type Crew } from './crew.ts';
import type { Manner, Poison } from './message.ts';
import { type Journal, readJournal } from './note.ts';
import { placeWitness } from './witness.ts';

export interface StageOptions {
  readonly name: string;
  /** How long a relay or a worker that has gone silent keeps its lease. */
  readonly leaseMs: number;
  readonly schedule: RetrySchedule;
  /** What the listener in the workers refuses. */
  readonly poison?: ((folder: string) => Poison) | undefined;
  /** Leaves journals and logs there. */
  readonly keep: string | undefined;
}

export interface Stage {
  readonly folder: string;
  readonly granary: Granary;
  readonly crew: Crew;
  readonly stream: Child;
  /** Makes a webhook to a receiver with these manners; answers its id. */
  hook(name: string, manner: Manner, types?: readonly EventType[]): Promise<string>;
  /** An address that nobody is told of. */
  readonly targetUrl: string;
  journal(name: string): Journal;
  /** Ends the workers and lets the stream be read to its end: every journal is whole then. */
  finish(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** 32 bytes that everybody may know. */
const KEY = Buffer.from(Array.from({ length: 32 }, (_, each) => each)).toString('base64');
const POOL = 16;

export async function openStage(options: StageOptions): Promise<Stage> {
  const closing = createClosing();
  try {
    return await open(options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function open(options: StageOptions, closing: Closing): Promise<Stage> {
  const { name, leaseMs, schedule, poison } = options;
  const folder = await folderOf(options, closing);
  const database = await openOwnDatabase(`events_${name}`);
  closing.add(() => database.drop());
  const key = `events:${name}:${process.pid}:${Date.now()}`;
  const settings = {
    ...{ DATABASE_URL: database.databaseUrl, REDIS_URL: database.redisUrl, ENCRYPTION_KEYS: `events:${KEY}` },
    ...{ STOCK_LOCK: 'none', STOCK_EVENT_STREAM: key, STOCK_EVENT_STREAM_LENGTH: '10000000' },
    ...{ STOCK_WEBHOOK_ALLOW_PRIVATE: 'true', REQUEST_DEADLINE_MS: '30000' },
  };
  const granary = await openGranary(database.config({ ...settings, DATABASE_POOL: String(POOL) }), { log: silentLog });
  closing.add(() => granary.close());
  await placeWitness(granary.dataSource);
  const file = (journal: string) => join(folder, `${journal}.jsonl`);
  const read = { redisUrl: database.redisUrl, key, journal: file('stream') };
  const stream = await startChild('stream-process', { kind: 'read', orders: read });
  closing.add(() => stream.stop());
  const receiver = await startChild('receiver-process', { kind: 'receive', folder });
  closing.add(() => receiver.stop());
  const crew = createCrew(granary.dataSource, {
    ...{ settings: { ...settings, DATABASE_POOL: '8' }, leaseMs, journal: file('listener'), log: join(folder, 'log') },
    ...{ webhookSchedule: schedule, nearSchedule: schedule, poison: poison?.(folder) },
  });
  closing.add(() => crew.stop());
  const url = `http://127.0.0.1:${receiver.ready.port}`;
  return {
    ...{ folder, granary, crew, stream, targetUrl: `${url}/target` },
    hook: async (hook, manner, types) => {
      const input = webhookCreateInput.parse({ url: `${url}/${hook}`, ...(types === undefined ? {} : { types }) });
      const made = await granary.domain.webhooks.create(input, callHere());
      const told = receiver.next('hooked', 5_000);
      receiver.send({ kind: 'hook', hook: { name: hook, secret: made.secret ?? '', manner } });
      await told;
      return made.webhookId;
    },
    journal: (journal) => readJournal(file(journal)),
    finish: async () => {
      const problems = await crew.stop();
      stream.send({ kind: 'finish' });
      await stream.ended;
      return problems;
    },
    close: () => closing.close(),
  };
}

async function folderOf({ keep, name }: StageOptions, closing: Closing): Promise<string> {
  if (keep === undefined) {
    const folder = await mkdtemp(join(tmpdir(), 'granary-events-'));
    closing.add(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }
  const folder = join(keep, `${name}-${Date.now()}`);
  await mkdir(folder, { recursive: true });
  return folder;
}
