/** Movements against what was sealed of them, and those behind the seal against each other. Pure; names each row. */
import type { AuditFinding } from '@granary/contracts/checkpoint';
import type { CheckpointLevelRow } from '../entities/checkpoint.ts';
import { GENESIS_HASH } from '../entities/level.ts';
import type { MovementRow } from '../entities/movement.ts';
import { hashedText } from './hash-chain.ts';

type Sha256 = (text: string) => string;
interface Pair {
  readonly skuId: string;
  readonly locationId: string;
}

const HASH_BYTES = 32;

export const levelName = ({ skuId, locationId }: Pair): string => `level ${skuId} / ${locationId}`;

const movementName = ({ skuId, locationId }: Pair, from: number, to = from): string =>
  `movement ${skuId} / ${locationId} / ${from}${to === from ? '' : `..${to}`}`;

/**
 * Each movement by itself against the two hashes that were sealed, so that however many were edited each is named, and none
 * that only follows one, also where somebody computed all hashes anew. `rows` are those of the range, in order.
 */
export function againstSeal(
  sealed: CheckpointLevelRow,
  rows: readonly MovementRow[],
  sha256: Sha256,
): readonly AuditFinding[] {
  const findings: AuditFinding[] = [];
  const hashes = Buffer.from(sealed.hashes, 'base64').toString('hex');
  let previous = sealed.previousHash;
  let missing = 0;
  let next = 0;
  for (let version = sealed.fromVersion; version <= sealed.toVersion; version += 1) {
    const start = (version - sealed.fromVersion) * HASH_BYTES * 2;
    const hash = hashes.slice(start, start + HASH_BYTES * 2);
    const row = rows[next];
    if (row?.version === version) {
      if (missing > 0) findings.push(gone(sealed, version - missing, version - 1));
      missing = 0;
      next += 1;
      if (sha256(hashedText(previous, row)) !== hash)
        findings.push({ kind: 'edited', row: movementName(row, version), detail: 'does not say what was sealed' });
      else if (row.hash !== hash)
        findings.push({ kind: 'edited', row: movementName(row, version), detail: 'its hash is not the one sealed' });
    } else missing += 1;
    previous = hash;
  }
  if (missing > 0) findings.push(gone(sealed, sealed.toVersion - missing + 1, sealed.toVersion));
  return findings;
}

const gone = (level: Pair, from: number, to: number): AuditFinding => ({
  kind: 'gone',
  row: movementName(level, from, to),
  detail: 'was sealed and is not there',
});

/** What stands of a level, without the hashes of every movement. */
export type Span = Omit<CheckpointLevelRow, 'hashes'>;

/** The end of what is sealed of a level. */
export interface SealedEnd {
  readonly version: number;
  readonly hash: string;
}

/** Which checkpoints there are, and which of them were proven: what is younger was made meanwhile, and is no seal yet. */
export interface Sealers {
  readonly newest: number;
  readonly proven: number;
}

/**
 * Spans follow each other from the first movement on; a hole is what somebody took out of the checkpoints. One that names a
 * checkpoint which is not there was signed by nobody, and seals nothing.
 */
export function endOfSpans(
  level: Pair,
  spans: readonly Span[],
  { newest, proven }: Sealers,
): { end: SealedEnd; findings: readonly AuditFinding[] } {
  const findings: AuditFinding[] = [];
  let end: SealedEnd = { version: 0, hash: GENESIS_HASH };
  for (const { fromVersion, toVersion, previousHash, hash, checkpointNo } of spans) {
    const finding = (detail: string) =>
      findings.push({ kind: 'checkpoint', row: `checkpoint ${checkpointNo}`, detail });
    if (checkpointNo < 1 || checkpointNo > newest)
      finding(`seals ${levelName(level)}, and there is none of this number`);
    if (checkpointNo < 1 || checkpointNo > proven) continue;
    if (fromVersion !== end.version + 1 || previousHash !== end.hash)
      finding(`seals ${levelName(level)} from version ${fromVersion}, and before it up to ${end.version} is sealed`);
    end = { version: toVersion, hash };
  }
  return { end, findings };
}

/** A level as its own row says; null where it has none. */
export type LevelRowEnd = { readonly version: number; readonly headHash: string } | null;

/** The movements behind the seal, in order, and the level's row: they have only their chain to speak for them. */
export function againstChain(
  at: { readonly level: Pair; readonly end: SealedEnd; readonly row: LevelRowEnd },
  rows: readonly MovementRow[],
  sha256: Sha256,
): readonly AuditFinding[] {
  const { level, row } = at;
  const findings: AuditFinding[] = [];
  let end = at.end;
  for (const { hash, ...columns } of rows) {
    const { version } = columns;
    const name = movementName(level, version);
    if (version < 1) findings.push({ kind: 'added', row: name, detail: 'has a version that no level gives' });
    if (version < 1) continue;
    const follows = version === end.version + 1;
    if (!follows)
      findings.push({
        ...{ kind: 'gone', row: movementName(level, end.version + 1, version - 1) },
        detail: `is missing before version ${version}`,
      });
    else if (sha256(hashedText(end.hash, columns)) !== hash)
      findings.push({ kind: 'edited', row: name, detail: 'its hash does not follow from it and the one before' });
    end = { version, hash };
  }
  return [...findings, ...levelFindings({ level, row, end, sealed: at.end })];
}

function levelFindings(at: { level: Pair; row: LevelRowEnd; end: SealedEnd; sealed: SealedEnd }): AuditFinding[] {
  const { level, row, end, sealed } = at;
  const name = levelName(level);
  if (row === null) return [{ kind: 'gone', row: name, detail: `has ${end.version} movements and no row` }];
  if (row.version < sealed.version) {
    const detail = `was cut back to version ${row.version}; ${sealed.version} movements were sealed`;
    return [{ kind: 'edited', row: name, detail }];
  }
  if (row.version > end.version)
    return [
      { kind: 'gone', row: movementName(level, end.version + 1, row.version), detail: 'the level has counted it' },
    ];
  if (row.version < end.version)
    return [
      { kind: 'added', row: movementName(level, row.version + 1, end.version), detail: 'the level has not counted it' },
    ];
  if (row.headHash !== end.hash)
    return [{ kind: 'edited', row: name, detail: 'its head is not the hash of its newest movement' }];
  return [];
}
