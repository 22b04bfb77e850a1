/**
 * Prune: takes keys and answers from commands that are too old to be repeated, and removes commands that are too old to be
 * kept, in chunks of one short transaction each. The ledger stays whole for ever; `verify` knows how far commands may be gone.
 */
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import type { Pruned } from '../entities/retention.ts';
import type { AuditKey } from '../persistence/audit-store.ts';
import {
  countOld,
  forgetKeys,
  readNeeded,
  readOldKeys,
  readRetention,
  removeCommands,
  saveRetention,
} from '../persistence/retention-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { Engine } from './execution.ts';
import type { Chunk, LongWork } from './job-work.ts';

/** Commands in one transaction: few enough that no sale waits for their locks. */
const COMMANDS_A_CHUNK = 1000;
const CHUNK_DEADLINE_MS = 60_000;
const DAY_SECONDS = 86_400;
const PHASES: readonly Pruned[] = ['key', 'command'];

/** Where a round stands. The command after which it goes on is in the database, as rounds go on where the last one ended. */
export interface PruneCursor {
  readonly phase: Pruned;
  /** Set in the second phase: what must be kept lies behind it, and is looked at once a round. */
  readonly after: AuditKey | null;
  readonly lookedAt: number;
  readonly forgotten: number;
  readonly removed: number;
}

export interface PruneReport {
  /** Commands whose key and answer were taken away. */
  readonly forgotten: number;
  readonly removed: number;
}

export function pruneWork(engine: Engine): LongWork<PruneCursor, never, PruneReport> {
  return {
    start: { phase: 'key', after: null, lookedAt: 0, forgotten: 0, removed: 0 },
    total: () => engine.units.read((tx) => total(tx, engine), CHUNK_DEADLINE_MS),
    chunk: (from) => engine.units.write(pruneCall(), (tx) => chunkOf(tx, engine, from)),
    progress: ({ lookedAt }) => ({ done: lookedAt, rows: lookedAt }),
    report: ({ forgotten, removed }) => ({ forgotten, removed }),
  };
}

/** Whether a round would find anything: a young database has no need of one. */
export async function hasOldCommands(tx: Tx, engine: Engine): Promise<boolean> {
  const now = await tx.now();
  for (const phase of PHASES) {
    const until = limitOf(engine, phase, now);
    if (until === undefined) continue;
    if ((await readOldKeys(tx, { after: await beginning(tx, phase), until, limit: 1 })).length > 0) return true;
  }
  return false;
}

async function total(tx: Tx, engine: Engine): Promise<number> {
  const now = await tx.now();
  let sum = 0;
  for (const phase of PHASES) {
    const until = limitOf(engine, phase, now);
    if (until !== undefined) sum += await countOld(tx, await beginning(tx, phase), until);
  }
  return sum;
}

/** Keys go on where the last round ended; commands begin anew, since what was still needed then may not be any more. */
async function beginning(tx: Tx, phase: Pruned): Promise<AuditKey | undefined> {
  const earlier = phase === 'key' ? await readRetention(tx, phase) : undefined;
  return earlier === undefined ? undefined : [earlier.beforeAt, earlier.afterId];
}

/** Undefined where nothing is ever too old. */
function limitOf({ config }: Engine, phase: Pruned, now: Instant): Instant | undefined {
  const days = phase === 'key' ? config.idempotencyDays : config.auditRetentionDays;
  // A key must be answered for its time whatever the retention says: it goes first.
  const least = Math.max(days, config.idempotencyDays);
  return days === 0 ? undefined : plusSeconds(now, -least * DAY_SECONDS);
}

async function chunkOf(tx: Tx, engine: Engine, from: PruneCursor): Promise<Chunk<PruneCursor, never>> {
  const until = limitOf(engine, from.phase, await tx.now());
  const keys = until === undefined ? [] : await oldKeys(tx, from, until);
  const last = keys.at(-1);
  if (until === undefined || last === undefined) {
    const next = { ...from, phase: 'command', after: null } as const;
    return { next, isLast: from.phase === 'command', findings: [] };
  }
  const commandIds = keys.map(([, id]) => id);
  const lookedAt = from.lookedAt + keys.length;
  if (from.phase === 'key') {
    const forgotten = from.forgotten + (await forgetKeys(tx, commandIds));
    await saveRetention(tx, 'key', last);
    return { next: { ...from, lookedAt, forgotten, after: last }, isLast: false, findings: [] };
  }
  const needed = await readNeeded(tx, commandIds);
  // Before the rows go: whoever verifies meanwhile must know that they may be gone.
  await saveRetention(tx, 'command', [until, '']);
  const removed =
    from.removed +
    (await removeCommands(
      tx,
      commandIds.filter((id) => !needed.has(id)),
    ));
  return { next: { ...from, lookedAt, removed, after: last }, isLast: false, findings: [] };
}

async function oldKeys(tx: Tx, from: PruneCursor, until: Instant): Promise<readonly AuditKey[]> {
  const after = from.after ?? (await beginning(tx, from.phase));
  return await readOldKeys(tx, { after, until, limit: COMMANDS_A_CHUNK });
}

function pruneCall(): Call {
  return {
    caller: { actor: 'worker', address: null, agent: 'granary-worker', requestId: 'prune' },
    deadlineMs: CHUNK_DEADLINE_MS,
  };
}
