/** Where races are run: an own database, a fleet of api processes over it, and an engine beside them that proves the ledger. */
import type { GranaryClient } from '@granary/client';
import { type Granary, openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import { type Closing, createClosing } from '../fleet/closing.ts';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { openOwnDatabase } from '../fleet/own-database.ts';
import { openRelay } from '../fleet/relay.ts';

/** What thins contention, or pretends to, or is gone: none of it may change who gets the last unit. */
export const lockModes = ['documents', 'all', 'none', 'grants everybody', 'redis stopped'] as const;
export type LockMode = (typeof lockModes)[number];

export const PROCESSES = 4;
const DEADLINE_MS = 60_000;
/** Per process; the database takes 500, and a quarter of a thousand callers must find a place in the queue of each. */
const POOL = 64;

export interface Arena {
  readonly mode: LockMode;
  readonly fleet: Fleet;
  /** For preparing and looking, outside the race. */
  readonly client: GranaryClient;
  readonly granary: Granary;
  /** Settings for one more process over the same database. */
  readonly settings: Readonly<Record<string, string>>;
  /** Names of every row that breaks an invariant. */
  violations(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function openArena(mode: LockMode): Promise<Arena> {
  const closing = createClosing();
  try {
    return await open(mode, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function open(mode: LockMode, closing: Closing): Promise<Arena> {
  const database = await openOwnDatabase('races');
  closing.add(() => database.drop());
  const relay = mode === 'redis stopped' ? await openRelay(database.redisUrl) : undefined;
  if (relay !== undefined) closing.add(() => relay.shut());
  const settings = {
    DATABASE_URL: database.databaseUrl,
    REDIS_URL: relay === undefined ? database.redisUrl : `redis://127.0.0.1:${relay.port}`,
    PORT: '0',
    DATABASE_POOL: String(POOL),
    REQUEST_DEADLINE_MS: String(DEADLINE_MS),
    STOCK_LOCK: settingOf(mode),
  };
  const granary = await openGranary(database.config({ STOCK_LOCK: 'none', DATABASE_POOL: '4' }), { log: silentLog });
  closing.add(() => granary.close());
  const fleet = await startFleet(PROCESSES, { settings, grantEverybody: mode === 'grants everybody' });
  closing.add(() => fleet.stop());
  // The processes had their Redis and lose it now, connections and all.
  await relay?.shut();
  return {
    mode,
    fleet,
    client: fleet.member(0).client,
    granary,
    settings,
    async violations() {
      const report = await granary.domain.verify({});
      return report.violations.map(({ invariant, row, detail }) => `${invariant} ${row}: ${detail}`);
    },
    close: () => closing.close(),
  };
}

function settingOf(mode: LockMode): 'documents' | 'all' | 'none' {
  switch (mode) {
    case 'documents':
    case 'none':
      return mode;
    case 'all':
    // With every lock asked for, a service that lies or is gone is met by every call.
    case 'grants everybody':
    case 'redis stopped':
      return 'all';
  }
}
