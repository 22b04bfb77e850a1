/**
 * A checkpoint: a signed statement of what commands and ledger were, kept outside of their tables and only appended to.
 * The sealed rows themselves are not copied: of each command there is a digest, of each movement its hash.
 */
import { EntitySchema } from 'typeorm';
import { hashColumn, nameColumn, textColumn, versionColumn, wordColumn } from '../persistence/columns.ts';

export interface CheckpointRow {
  /** From 1 on, without a gap. */
  readonly checkpointNo: number;
  /** `amendment`: commands that were changed since they were sealed, on purpose. */
  readonly kind: 'seal' | 'amendment';
  /** JSON of a Statement (rules/checkpoint.ts): these bytes are what is signed. */
  readonly statement: string;
  readonly keyId: string;
  /** Ed25519 over the statement, in base64. */
  readonly signature: string;
  /** Leaves of commands one after the other (rules/checkpoint-leaf.ts), in base64. */
  readonly commands: string;
}

export const checkpointEntity = new EntitySchema<CheckpointRow>({
  name: 'checkpoint',
  tableName: 'checkpoint',
  columns: {
    checkpointNo: { ...versionColumn, name: 'checkpoint_no', primary: true },
    kind: wordColumn(16),
    statement: textColumn,
    keyId: { ...wordColumn(32), name: 'key_id' },
    signature: wordColumn(100),
    commands: textColumn,
  },
  indices: [{ name: 'checkpoint_kind', columns: ['kind', 'checkpointNo'] }],
});

/** What a checkpoint says of one level: the hashes of its movements since the one before. */
export interface CheckpointLevelRow {
  readonly skuId: string;
  readonly locationId: string;
  readonly toVersion: number;
  readonly fromVersion: number;
  readonly checkpointNo: number;
  /** Of the movement before the first. */
  readonly previousHash: string;
  /** Of the last movement. */
  readonly hash: string;
  /** Of each movement 32 bytes, one after the other, in base64. */
  readonly hashes: string;
}

export const checkpointLevelEntity = new EntitySchema<CheckpointLevelRow>({
  name: 'checkpoint_level',
  tableName: 'checkpoint_level',
  columns: {
    skuId: { ...nameColumn(64), name: 'sku_id', primary: true },
    locationId: { ...nameColumn(64), name: 'location_id', primary: true },
    toVersion: { ...versionColumn, name: 'to_version', primary: true },
    fromVersion: { ...versionColumn, name: 'from_version' },
    checkpointNo: { ...versionColumn, name: 'checkpoint_no' },
    previousHash: { ...hashColumn, name: 'previous_hash' },
    hash: hashColumn,
    hashes: textColumn,
  },
  indices: [{ name: 'checkpoint_level_no', columns: ['checkpointNo'] }],
});
