/** A token: who is let in by it, as what, where and until when. The secret itself is nowhere, only its hash. */
import type { Instant } from '@granary/contracts/instant';
import type { Role } from '@granary/contracts/permission';
import { EntitySchema } from 'typeorm';
import {
  hashColumn,
  instantColumn,
  nameColumn,
  textColumn,
  ulidColumn,
  versionColumn,
  wordColumn,
} from '../persistence/columns.ts';

export interface TokenRow {
  readonly tokenId: string;
  readonly name: string;
  readonly role: Role;
  /** JSON of the sorted ids; null is every location. */
  readonly locationIds: string | null;
  /** SHA-256 of the secret, hexadecimal. 256 random bits need no slow hash. */
  readonly secretHash: string;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly version: number;
  /** Not of its version: it is noted without telling anybody, at most once a minute. */
  readonly lastUsedAt: Instant | null;
  readonly lastUsedAddress: string | null;
}

export const tokenEntity = new EntitySchema<TokenRow>({
  name: 'token',
  tableName: 'token',
  columns: {
    tokenId: { ...ulidColumn, name: 'token_id', primary: true },
    name: nameColumn(100),
    role: wordColumn(32),
    locationIds: { ...textColumn, name: 'location_ids_json', nullable: true },
    secretHash: { ...hashColumn, name: 'secret_hash' },
    expiresAt: { ...instantColumn, name: 'expires_at', nullable: true },
    revokedAt: { ...instantColumn, name: 'revoked_at', nullable: true },
    createdBy: { ...nameColumn(64), name: 'created_by' },
    createdAt: { ...instantColumn, name: 'created_at' },
    version: versionColumn,
    lastUsedAt: { ...instantColumn, name: 'last_used_at', nullable: true },
    lastUsedAddress: { ...nameColumn(64), name: 'last_used_address', nullable: true },
  },
});
