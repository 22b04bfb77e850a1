/** Keys and an archive of checkpoints in memory, and the forger who computes all hashes of a level anew. */
import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { GENESIS_HASH } from '../entities/level.ts';
import { movements } from '../persistence/tables.ts';
import type { CheckpointArchive, CheckpointKeys } from '../ports/checkpoint-keys.ts';
import { hashedText } from '../rules/hash-chain.ts';
import { sha256 } from '../services/hashing.ts';
import { rowsOf } from './database-state.ts';

export interface TestKeys extends CheckpointKeys {
  /** Signs with another key from now on; the ones before stay known. */
  rotate(keyId: string): void;
  /** Nobody knows this key any more. */
  forget(keyId: string): void;
}

export function createTestKeys(first = 'one'): TestKeys {
  const known = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>();
  let signing = first;
  const rotate = (keyId: string) => {
    known.set(keyId, generateKeyPairSync('ed25519'));
    signing = keyId;
  };
  rotate(first);
  return {
    get signingKeyId() {
      return signing;
    },
    sign: (text) => {
      const key = known.get(signing)?.privateKey;
      if (key === undefined) throw new Error('the signing key is forgotten');
      return sign(null, Buffer.from(text), key).toString('base64');
    },
    verify: ({ keyId, text, signature }) => {
      const key = known.get(keyId)?.publicKey;
      return key && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
    },
    rotate,
    forget: (keyId) => void known.delete(keyId),
  };
}

export interface TestArchive extends CheckpointArchive {
  readonly files: Map<number, string>;
}

export function createTestArchive(): TestArchive {
  const files = new Map<number, string>();
  return {
    files,
    last: () => Promise.resolve(Math.max(0, ...files.keys())),
    read: (no) => Promise.resolve(files.get(no)),
    write: async (no, text) => void files.set(no, text),
  };
}

/** As who may write to the database would do it: every hash of the level follows again, and its row agrees. */
export async function hashAnew(dataSource: DataSource, skuId: string, locationId = 'default'): Promise<void> {
  const where = 'WHERE t.sku_id = ? AND t.location_id = ?';
  const rows = await rowsOf(
    dataSource,
    `SELECT ${movements.select} FROM stock_movement AS t ${where} ORDER BY t.version`,
    [skuId, locationId],
  );
  let hash = GENESIS_HASH;
  for (const row of rows.map((raw) => movements.decode(raw))) {
    hash = sha256(hashedText(hash, row));
    await dataSource.query(
      'UPDATE stock_movement SET hash = UNHEX(?) WHERE sku_id = ? AND location_id = ? AND version = ?',
      [hash, ...[skuId, locationId, row.version]],
    );
  }
  await dataSource.query(
    'UPDATE stock_level SET head_hash = UNHEX(?), version = ? WHERE sku_id = ? AND location_id = ?',
    [hash, rows.length, skuId, locationId],
  );
}
