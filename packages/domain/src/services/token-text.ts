/** The text of a token, and what people are told of one: everything but its hash. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '@granary/contracts/instant';
import type { Token } from '@granary/contracts/token';
import type { TokenRow } from '../entities/token.ts';

const SHAPE = /^gk_([0-7][0-9A-HJKMNP-TV-Z]{25})_([A-Za-z0-9_-]{43})$/;
const SECRET_BYTES = 32;
/** Compared with when there is no such token, so that an unknown id takes as long as a wrong secret. */
const NO_HASH = '0'.repeat(64);

export interface TokenParts {
  readonly tokenId: string;
  readonly secret: string;
}

export function parseToken(text: string): TokenParts | undefined {
  const [, tokenId, secret] = SHAPE.exec(text) ?? [];
  return tokenId === undefined || secret === undefined ? undefined : { tokenId, secret };
}

export const tokenText = ({ tokenId, secret }: TokenParts): string => `gk_${tokenId}_${secret}`;
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Whether this secret opens this token at this time. */
export function opens(row: TokenRow | undefined, secret: string, now: Instant): row is TokenRow {
  const isEqual = timingSafeEqual(
    Buffer.from(secretHash(secret), 'hex'),
    Buffer.from(row?.secretHash ?? NO_HASH, 'hex'),
  );
  return isEqual && row !== undefined && row.revokedAt === null && (row.expiresAt === null || row.expiresAt > now);
}

export function tokenAnswer({ secretHash: _hash, locationIds, ...row }: TokenRow): Token {
  return { ...row, locationIds: locationIdsOf(locationIds) };
}

function locationIdsOf(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as readonly string[]); // Written by this service alone.
}
