/** What a checkpoint states, as the text that is signed; and a whole checkpoint as one text for the archive. */
import { archivedCheckpoint, type CheckpointStatement, checkpointStatement } from '@granary/contracts/checkpoint';
import type { Instant } from '@granary/contracts/instant';
import type { CheckpointLevelRow, CheckpointRow } from '../entities/checkpoint.ts';
import { compareBytes } from './byte-order.ts';

export type Place = CheckpointStatement['from'];

export const FIRST_PLACE: Place = ['1900-01-01T00:00:00.000000Z' as Instant, ''];
export const NO_DIGEST = '0'.repeat(64);

export const isBehind = (a: Place, b: Place): boolean => a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);

/** A checkpoint with all that it seals, wherever it was read. */
export interface Checkpoint {
  readonly row: CheckpointRow;
  readonly levels: readonly CheckpointLevelRow[];
}

/** Undefined where the text is no statement. */
export function statementOf({ statement }: CheckpointRow): CheckpointStatement | undefined {
  return checkpointStatement.safeParse(jsonOf(statement)).data;
}

export function levelsDigest(levels: readonly CheckpointLevelRow[], sha256: (text: string) => string): string {
  return sha256(inOrder(levels).map(levelText).join('\n'));
}

/** A checkpoint names a level once at most. */
function inOrder(levels: readonly CheckpointLevelRow[]): readonly CheckpointLevelRow[] {
  return levels.toSorted((a, b) => compareBytes(a.skuId, b.skuId) || compareBytes(a.locationId, b.locationId));
}

function levelText(row: CheckpointLevelRow): string {
  const { skuId, locationId, fromVersion, toVersion, checkpointNo, previousHash, hash, hashes } = row;
  return JSON.stringify([skuId, locationId, fromVersion, toVersion, checkpointNo, previousHash, hash, hashes]);
}

export function archiveText({ row, levels }: Checkpoint): string {
  return `${JSON.stringify({ ...row, levels: inOrder(levels) })}\n`;
}

/** Undefined where the text is no checkpoint. */
export function fromArchive(content: string): Checkpoint | undefined {
  const found = archivedCheckpoint.safeParse(jsonOf(content)).data;
  if (found === undefined) return undefined;
  const { levels, ...row } = found;
  return { row, levels };
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
