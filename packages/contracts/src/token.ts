/** Tokens: what a program shows to be let in, `gk_<id>_<secret>`. The secret is told once, to whoever made the token. */
import { z } from 'zod';
import { mutation } from './command.ts';
import { id, locationId, text } from './identifier.ts';
import { instant, moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { roles } from './permission.ts';

const MAX_LOCATIONS = 100;

export const tokenRole = z
  .enum(roles)
  .meta({ description: 'What its bearer may do (docs/access.md)', examples: ['business'] });

export const tokenCreateInput = mutation({
  name: text('Who will show it', 100),
  role: tokenRole,
  locationIds: z
    .array(locationId)
    .min(1)
    .max(MAX_LOCATIONS)
    .optional()
    .meta({ description: 'The only locations that its bearer may name or see; all of them when left out' }),
  expiresAt: instant
    .optional()
    .meta({ description: 'From when it is refused; never when left out', examples: ['2099-01-31T12:00:00Z'] }),
});
export const tokenListInput = z.strictObject(pageFields);
export const tokenRevokeInput = mutation({ tokenId: id });

export const token = z.strictObject({
  tokenId: z.string(),
  name: z.string(),
  role: tokenRole,
  locationIds: z.array(z.string()).readonly().nullable(),
  expiresAt: moment.nullable(),
  revokedAt: moment.nullable(),
  createdBy: z.string(),
  createdAt: moment,
  version: z.number().int(),
  lastUsedAt: moment.nullable().meta({ description: 'When it was last shown, to the minute; null when never' }),
  lastUsedAddress: z.string().nullable().meta({ description: 'From which address that was' }),
});
export const tokenCreated = token.extend({
  token: z.string().nullable().meta({
    description: 'The token itself, told this once; null in the answer to a repeat with the same idempotency key',
  }),
});
export const tokenPage = pageOf(token);

export type Token = z.output<typeof token>;
export type TokenCreated = z.output<typeof tokenCreated>;
export type TokenCreateInput = z.output<typeof tokenCreateInput>;
export type TokenListInput = z.output<typeof tokenListInput>;
export type TokenRevokeInput = z.output<typeof tokenRevokeInput>;
