/**
 * Verification of the audit: commands and ledger against the signed checkpoints, checkpoint by checkpoint, and then each level
 * behind its seal. Every chunk is one consistent snapshot, so that sales go on.
 */
import type { AuditFinding, AuditReport } from '@granary/contracts/checkpoint';
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import { nextAuditSkus } from '../persistence/audit-verify-store.ts';
import { findCheckpoint, findNewestCheckpoint } from '../persistence/checkpoint-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import type { CheckpointKeys } from '../ports/checkpoint-keys.ts';
import type { Allowed } from '../rules/audit-commands.ts';
import { archiveText, type Checkpoint, fromArchive, isBehind, NO_DIGEST, type Place } from '../rules/checkpoint.ts';
import { noCheckpointKey } from '../rules/checkpoint-key.ts';
import { MAX_FINDINGS } from '../rules/job-state.ts';
import { commandsAgainst, levelsAgainst, tailsAgainst } from './audit-verify-rows.ts';
import { checkpointFinding, proofOf, readAmended } from './checkpoint-proof.ts';
import { later, readFollowed, retentionBounds } from './checkpoint-seal.ts';
import { type Engine, sha256 } from './execution.ts';
import { type Chunk, type LongWork, runThrough } from './job-work.ts';

const SKUS_A_CHUNK = 100;
/** So many times the interval may pass without a checkpoint before that is a finding. */
const STALE_AFTER = 3;
/** A chunk may hold levels with millions of movements that are not sealed yet. */
const CHUNK_DEADLINE_MS = 600_000;

export interface AuditProgress {
  readonly checkpoints: number;
  readonly commands: number;
  readonly movements: number;
}

/** Where a verification stands: the checkpoint, or the SKU, after which it goes on, and what it has looked at and found before. */
export interface AuditCursor extends AuditProgress {
  readonly phase: 'checkpoints' | 'levels' | 'end';
  readonly no: number;
  /** Of the statement before, and where it ends; null where that could not be trusted. */
  readonly digest: string | null;
  readonly until: Place | null;
  readonly after: string;
  readonly pruned: number;
  readonly newest: AuditReport['newest'];
  readonly ok: boolean;
}

type AuditChunk = Chunk<AuditCursor, AuditFinding>;

export interface AuditVerifyOptions {
  readonly onProgress?: (progress: AuditProgress) => void;
  readonly signal?: AbortSignal;
}

export function createAuditVerification(engine: Engine) {
  return async ({ onProgress, signal }: AuditVerifyOptions = {}): Promise<AuditReport> =>
    await runThrough(auditWork(engine), { signal, onChunk: (at) => onProgress?.(at) });
}

export function auditWork(engine: Engine): LongWork<AuditCursor, AuditFinding, AuditReport> {
  const keys = engine.ports.checkpointKeys;
  return {
    start: {
      ...{ phase: 'checkpoints', no: 0, digest: null, until: null, after: '', newest: null, ok: true },
      ...{ checkpoints: 0, commands: 0, movements: 0, pruned: 0 },
    },
    total: () => engine.units.read(async (tx) => (await findNewestCheckpoint(tx))?.checkpointNo ?? 0),
    chunk: async (from) => {
      if (keys === undefined) throw noCheckpointKey();
      return await engine.units.read(
        (tx) =>
          from.phase === 'checkpoints' ? chunkOfCheckpoint(tx, { engine, keys, from }) : chunkOfLevels(tx, from),
        CHUNK_DEADLINE_MS,
      );
    },
    progress: ({ no, commands, movements }) => ({ done: no, rows: commands + movements }),
    report: ({ ok, checkpoints, commands, movements, pruned, newest }, findings) => ({
      ...{ ok, checkpoints, commands, movements, pruned, newest },
      findings: findings.slice(0, MAX_FINDINGS),
    }),
    findings: ({ findings }) => findings,
  };
}

interface At {
  readonly engine: Engine;
  readonly keys: CheckpointKeys;
  readonly from: AuditCursor;
}

async function chunkOfCheckpoint(tx: Tx, at: At): Promise<AuditChunk> {
  const { from, keys } = at;
  const no = from.no + 1;
  const { checkpoint, isLast, findings: places } = await find(tx, at, no);
  if (isLast) return goingOn(from, await staleness(tx, at), { phase: 'levels' });
  if (checkpoint === undefined) return goingOn(from, places, { no, digest: null, until: null });
  const { statement, areCommandsGood, areLevelsGood, findings: wrong } = proofOf(checkpoint, keys);
  const digest = sha256(checkpoint.row.statement);
  if (statement === undefined) return goingOn(from, [...places, ...wrong], { no, digest, until: null });
  const findings = [...places, ...wrong];
  if (no === 1 ? statement.previous !== NO_DIGEST : from.digest !== null && statement.previous !== from.digest)
    findings.push(checkpointFinding(no, 'does not follow the one before'));
  const isSeal = statement.kind === 'seal';
  if (isSeal && from.until !== null && isBehind(statement.from, from.until))
    findings.push(checkpointFinding(no, 'leaves out commands between the one before and itself'));
  const { from: begin, until } = statement;
  const allowed = isSeal && areCommandsGood ? await allowedNow(tx, at) : undefined;
  const commands =
    allowed && (await commandsAgainst(tx, { from: begin, until, leaves: checkpoint.row.commands }, allowed));
  const movements = areLevelsGood ? await levelsAgainst(tx, checkpoint.levels) : undefined;
  return goingOn(from, [...findings, ...(commands?.findings ?? []), ...(movements?.findings ?? [])], {
    ...{ no, digest, until, checkpoints: from.checkpoints + 1 },
    commands: from.commands + (commands?.commands ?? 0),
    pruned: from.pruned + (commands?.pruned ?? 0),
    movements: from.movements + (movements?.movements ?? 0),
    newest: { no, digest, at: statement.at },
  });
}

interface Found {
  /** The archive's where it has one: it is the one that is harder to reach. */
  readonly checkpoint: Checkpoint | undefined;
  /** There is neither this one nor any after it. */
  readonly isLast: boolean;
  readonly findings: readonly AuditFinding[];
}

async function find(tx: Tx, { engine }: At, no: number): Promise<Found> {
  const archive = engine.ports.checkpointArchive;
  const kept = await findCheckpoint(tx, no);
  const content = await archive?.read(no);
  const archived = content === undefined ? undefined : fromArchive(content);
  const finding = (detail: string) => [checkpointFinding(no, detail)];
  if (kept === undefined && content === undefined) {
    const newest = Math.max((await findNewestCheckpoint(tx))?.checkpointNo ?? 0, (await archive?.last()) ?? 0);
    return { checkpoint: undefined, isLast: no > newest, findings: finding('is gone') };
  }
  if (content !== undefined && archived === undefined)
    return { checkpoint: kept, isLast: false, findings: finding('its file in the archive is no checkpoint') };
  if (kept === undefined)
    return { checkpoint: archived, isLast: false, findings: finding('is in the archive, and gone from the database') };
  // A worker that has just made it copies it in a moment.
  const isCopied = archived !== undefined || archive === undefined || no > (await archive.last());
  if (!isCopied) return { checkpoint: kept, isLast: false, findings: finding('is gone from the archive') };
  const isSame = archived === undefined || archiveText(archived) === archiveText(kept);
  const findings = isSame ? [] : finding('says something else in the database than in the archive');
  return { checkpoint: archived ?? kept, isLast: false, findings };
}

/** By the newest signed word, and by the settings of this process. */
async function allowedNow(tx: Tx, { engine, keys }: At): Promise<Allowed> {
  const { good } = await readFollowed(tx, keys);
  const own = retentionBounds(engine, await tx.now());
  return {
    forgottenBefore: later(good?.forgottenBefore ?? null, own.forgottenBefore),
    goneBefore: later(good?.goneBefore ?? null, own.goneBefore),
    amended: await readAmended(tx, keys),
  };
}

/** Without a checkpoint nothing is proven, and with an old one not much: who cuts off the newest makes the rest old. */
async function staleness(tx: Tx, { engine, from }: At): Promise<readonly AuditFinding[]> {
  if (from.no === 0) return [checkpointFinding(1, 'there is none, so nothing proves what commands and ledger were')];
  if (from.newest === null) return [];
  const seconds = STALE_AFTER * engine.config.checkpointMinutes * 60;
  if (plusSeconds(from.newest.at as Instant, seconds) >= (await tx.now())) return [];
  return [checkpointFinding(from.newest.no, `is the newest and was made at ${from.newest.at}: later ones are missing`)];
}

async function chunkOfLevels(tx: Tx, from: AuditCursor): Promise<AuditChunk> {
  const skuIds = await nextAuditSkus(tx, from.after, SKUS_A_CHUNK);
  const last = skuIds.at(-1);
  if (last === undefined) return goingOn(from, [], { phase: 'end' });
  const newest = Math.max((await findNewestCheckpoint(tx))?.checkpointNo ?? 0, from.no);
  const { movements, findings } = await tailsAgainst(tx, skuIds, { newest, proven: from.no });
  return goingOn(from, findings, { after: last, movements: from.movements + movements });
}

function goingOn(from: AuditCursor, findings: readonly AuditFinding[], to: Partial<AuditCursor>): AuditChunk {
  const next = { ...from, ...to, ok: from.ok && findings.length === 0 };
  return { next, isLast: next.phase === 'end', findings };
}
