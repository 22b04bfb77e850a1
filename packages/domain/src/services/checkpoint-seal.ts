/**
 * Sealing: what has come since the last checkpoint is put into the next one, in one short transaction. Movements are sealed up
 * to where their level stands, since a level is changed by one transaction at a time. Commands have no such order: one that
 * was recorded early may be committed late, so they are sealed once no transaction can be under way any more that began then.
 */
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import type { CheckpointStatement } from '@granary/contracts/checkpoint';
import type { CheckpointLevelRow, CheckpointRow } from '../entities/checkpoint.ts';
import { levelKey } from '../entities/level.ts';
import type { VersionRange } from '../persistence/audit-verify-store.ts';
import {
  findCheckpoint,
  findNewestCheckpoint,
  readCommandsBetween,
  readHashes,
  readUnsealed,
  type Unsealed,
} from '../persistence/checkpoint-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { CheckpointKeys } from '../ports/checkpoint-keys.ts';
import { byLevel } from '../rules/by-level.ts';
import { type Checkpoint, FIRST_PLACE, levelsDigest, NO_DIGEST, type Place, statementOf } from '../rules/checkpoint.ts';
import { type CommandLeaf, encodeLeaves, leafOf } from '../rules/checkpoint-leaf.ts';
import { present } from '../refusal.ts';
import { type Engine, sha256 } from './execution.ts';

/** So that a checkpoint is one statement of a megabyte at most, and its transaction is short. */
const COMMANDS_A_CHECKPOINT = 10_000;
const MOVEMENTS_A_CHECKPOINT = 20_000;
const COMMANDS_A_PAGE = 500;
const LEVELS_A_PAGE = 200;
/** No call of the engine itself is given longer than this to write (rebuild.ts). */
const LONGEST_WRITE_SECONDS = 600;
/** For a COMMIT that takes its time. */
const SPARE_SECONDS = 300;
const DAY_SECONDS = 86_400;
/** How many checkpoints are looked back for one whose signature is good. */
const MOST_LOOKED_BACK = 1000;

/** Commands recorded this long ago are all committed. */
export const settleSeconds = ({ config }: Engine): number =>
  Math.max(LONGEST_WRITE_SECONDS, Math.ceil(config.requestDeadlineMs / 1000)) + SPARE_SECONDS;

/** What retention may have taken away by now. */
export function retentionBounds(
  { config }: Engine,
  now: Instant,
): Pick<CheckpointStatement, 'forgottenBefore' | 'goneBefore'> {
  const { idempotencyDays, auditRetentionDays } = config;
  return {
    forgottenBefore: plusSeconds(now, -idempotencyDays * DAY_SECONDS),
    goneBefore:
      auditRetentionDays === 0 ? null : plusSeconds(now, -Math.max(auditRetentionDays, idempotencyDays) * DAY_SECONDS),
  };
}

export const later = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || (b !== null && b > a) ? b : a;

/** What the next checkpoint follows: the newest one, and the newest whose signature is good. */
export interface Followed {
  readonly newest: CheckpointRow | undefined;
  readonly good: CheckpointStatement | undefined;
}

/** Who edited the newest must not be able to say where the next one begins. */
export async function readFollowed(tx: Tx, keys: CheckpointKeys): Promise<Followed> {
  const newest = await findNewestCheckpoint(tx);
  let row = newest;
  for (let back = 0; row !== undefined && back < MOST_LOOKED_BACK; back += 1) {
    const { keyId, statement: text, signature, checkpointNo } = row;
    if (keys.verify({ keyId, text, signature }) === true) return { newest, good: statementOf(row) };
    row = (await findCheckpoint(tx, checkpointNo - 1))?.row;
  }
  return { newest, good: undefined };
}

/** The next checkpoint, of all that is due and fits. It is not written yet. */
export async function nextCheckpoint(tx: Tx, engine: Engine, keys: CheckpointKeys): Promise<ReturnType<typeof signed>> {
  const now = await tx.now();
  const followed = await readFollowed(tx, keys);
  const checkpointNo = (followed.newest?.checkpointNo ?? 0) + 1;
  const from = followed.good?.until ?? FIRST_PLACE;
  const commands = await sealCommands(tx, from, [plusSeconds(now, -settleSeconds(engine)), '']);
  const levels = await sealLevels(tx, checkpointNo);
  return signed(
    { followed, keys, now, bounds: retentionBounds(engine, now) },
    {
      kind: 'seal',
      ...{ from, until: commands.until, leaves: commands.leaves, levels: levels.rows },
      isWhole: commands.isWhole && levels.isWhole,
    },
  );
}

export interface Signing {
  readonly followed: Followed;
  readonly keys: CheckpointKeys;
  readonly now: Instant;
  readonly bounds: ReturnType<typeof retentionBounds>;
}

export interface Sealed {
  readonly kind: CheckpointRow['kind'];
  readonly from: Place;
  readonly until: Place;
  readonly leaves: readonly CommandLeaf[];
  readonly levels: readonly CheckpointLevelRow[];
  readonly isWhole: boolean;
}

/** The statement as well, for who wants to tell of it. */
export function signed(
  { followed, keys, now, bounds }: Signing,
  sealed: Sealed,
): Checkpoint & { readonly said: CheckpointStatement } {
  const { newest, good } = followed;
  const { kind, from, until, leaves, levels, isWhole } = sealed;
  const checkpointNo = (newest?.checkpointNo ?? 0) + 1;
  const commands = encodeLeaves(leaves);
  const said: CheckpointStatement = {
    ...{ format: 1, no: checkpointNo, kind, at: now },
    previous: newest === undefined ? NO_DIGEST : sha256(newest.statement),
    ...{ from, until, commandCount: leaves.length },
    movementCount: movementsIn(levels),
    ...{ commandsDigest: sha256(commands), levelsDigest: levelsDigest(levels, sha256) },
    forgottenBefore: later(good?.forgottenBefore ?? null, bounds.forgottenBefore),
    goneBefore: later(good?.goneBefore ?? null, bounds.goneBefore),
    isWhole,
  };
  const statement = JSON.stringify(said);
  const signature = keys.sign(statement);
  return {
    row: {
      checkpointNo,
      kind,
      statement,
      keyId: present(keys.signingKeyId, 'the key that signs'),
      signature,
      commands,
    },
    levels,
    said,
  };
}

interface SealedCommands {
  readonly leaves: readonly CommandLeaf[];
  readonly until: Place;
  readonly isWhole: boolean;
}

async function sealCommands(tx: Tx, from: Place, horizon: Place): Promise<SealedCommands> {
  const leaves: CommandLeaf[] = [];
  // A clock that was set back must not bring what is sealed already once more.
  if (horizon[0] <= from[0]) return { leaves, until: from, isWhole: true };
  for (let after = from; leaves.length < COMMANDS_A_CHECKPOINT;) {
    const page = await readCommandsBetween(tx, { from: after, until: horizon, limit: COMMANDS_A_PAGE });
    for (const row of page) leaves.push(leafOf(row, sha256));
    const last = page.at(-1);
    if (last === undefined || page.length < COMMANDS_A_PAGE) return { leaves, until: horizon, isWhole: true };
    after = [last.recordedAt, last.commandId];
  }
  const last = present(leaves.at(-1), 'the last command of a full checkpoint');
  return { leaves, until: [last.recordedAt, last.commandId], isWhole: false };
}

/**
 * Room is taken by what is sealed: a level that counts movements which are not there must neither keep out those that come
 * after it nor call for one checkpoint after the other.
 */
async function sealLevels(tx: Tx, checkpointNo: number): Promise<{ rows: CheckpointLevelRow[]; isWhole: boolean }> {
  const rows: CheckpointLevelRow[] = [];
  let left = MOVEMENTS_A_CHECKPOINT;
  let isCut = false;
  for (let after: Unsealed | undefined; left > 0;) {
    const page: readonly Unsealed[] = await readUnsealed(tx, { after, limit: LEVELS_A_PAGE });
    const ranges: Sealing[] = [];
    let room = left;
    for (const { skuId, locationId, sealed, sealedHash, version } of page) {
      if (room === 0) break;
      const to = Math.min(version, sealed + room);
      ranges.push({ skuId, locationId, from: sealed + 1, to, previousHash: sealedHash });
      room -= to - sealed;
    }
    const made = await sealRanges(tx, checkpointNo, ranges);
    rows.push(...made);
    left -= movementsIn(made);
    isCut ||= room === 0;
    if (ranges.length === page.length && page.length < LEVELS_A_PAGE) break;
    after = page[ranges.length - 1];
  }
  return { rows, isWhole: !isCut || rows.length === 0 };
}

function movementsIn(levels: readonly CheckpointLevelRow[]): number {
  return levels.reduce((sum, { fromVersion, toVersion }) => sum + toVersion - fromVersion + 1, 0);
}

interface Sealing extends VersionRange {
  readonly previousHash: string;
}

/** A movement that is missing already cannot be sealed, nor can what comes after it: verification names it. */
async function sealRanges(
  tx: Tx,
  checkpointNo: number,
  ranges: readonly Sealing[],
): Promise<readonly CheckpointLevelRow[]> {
  const hashes = byLevel(await readHashes(tx, ranges));
  return ranges.flatMap((range) => {
    const { skuId, locationId, from, previousHash } = range;
    const own = (hashes.get(levelKey(range)) ?? []).filter(({ version }, at) => version === from + at);
    const last = own.at(-1);
    if (last === undefined) return [];
    return {
      ...{ skuId, locationId, fromVersion: from, toVersion: last.version, checkpointNo },
      ...{ previousHash, hash: last.hash },
      hashes: Buffer.from(own.map(({ hash }) => hash).join(''), 'hex').toString('base64'),
    };
  });
}
