/**
 * Tokens: made, withdrawn, listed, and recognised. The secret never reaches a row: a repeat of `create` with the same
 * idempotency key answers the same token without it, so whoever lost the answer revokes and makes another.
 */
import { GranaryError } from '@granary/contracts/error';
import type { Page } from '@granary/contracts/page';
import { covers, isWithin, type Principal } from '@granary/contracts/permission';
import type { Token, TokenCreated, TokenCreateInput, TokenListInput, TokenRevokeInput } from '@granary/contracts/token';
import { type Instant, parseInstant, plusSeconds } from '@granary/contracts/instant';
import type { Call } from '../call.ts';
import type { TokenRow } from '../entities/token.ts';
import { readLocations } from '../persistence/catalog-store.ts';
import { pageOf } from '../persistence/page.ts';
import {
  appendToken,
  findToken,
  listTokens,
  lockToken,
  noteTokenUse,
  replaceToken,
} from '../persistence/token-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, invalidInput, notFound, present, refused } from '../refusal.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import { newSecret, opens, parseToken, secretHash, tokenAnswer, tokenText } from './token-text.ts';

/** How exact the time of its last use is. */
export const USE_NOTED_EVERY_SECONDS = 60;
const MAX_ADDRESS = 64;

/** A token that was recognised, and the database's time at which it was. */
export interface Authenticated extends Token {
  readonly asOf: Instant;
}

export function createTokenService(engine: Engine) {
  return {
    /** `grantor` is who makes the token: it cannot be given more than it has. */
    create: (input: TokenCreateInput, call: Call, grantor: Principal) => create(engine, input, { call, grantor }),
    revoke: (input: TokenRevokeInput, call: Call, grantor: Principal) => revoke(engine, input, { call, grantor }),
    list: (input: TokenListInput, grantor: Principal) => list(engine, input, grantor),
    /** Undefined for whatever lets nobody in, without a word on why. */
    authenticate: (text: string) => authenticate(engine, text),
    /** Notes when and from where a token was shown, at most once a minute however many processes say so. */
    noteUse: (tokenId: string, call: Call) => noteUse(engine, tokenId, call),
  };
}

interface By {
  readonly call: Call;
  readonly grantor: Principal;
}

async function create(engine: Engine, input: TokenCreateInput, { call, grantor }: By): Promise<TokenCreated> {
  const { name, role } = input;
  const expiresAt = input.expiresAt === undefined ? null : present(parseInstant(input.expiresAt), 'a moment');
  const locationIds = input.locationIds === undefined ? null : [...new Set(input.locationIds)].toSorted();
  if (!covers(grantor, { role, locationIds })) throw tooMuch();
  const tokenId = engine.ports.ids();
  const secret = newSecret();
  const answer = await execute<Token>(engine, {
    procedure: 'token.create',
    input,
    call,
    lock: { scope: 'document', keys: [`token:${tokenId}`] },
    decide: async (tx) => {
      const draft = await draftNow(tx, engine);
      if (expiresAt !== null && expiresAt <= draft.now)
        return { draft, outcome: refused(invalidInput([{ path: 'expiresAt', message: 'must be in the future' }])) };
      const known = locationIds === null ? undefined : await readLocations(tx);
      const lost = locationIds?.find((locationId) => known?.has(locationId) !== true);
      if (lost !== undefined) return { draft, outcome: refused(notFound('location', lost)) };
      const row: TokenRow = {
        tokenId,
        name,
        role,
        locationIds: locationIds === null ? null : JSON.stringify(locationIds),
        secretHash: secretHash(secret),
        expiresAt,
        revokedAt: null,
        createdBy: call.caller.actor,
        createdAt: draft.now,
        version: 1,
        lastUsedAt: null,
        lastUsedAddress: null,
      };
      await appendToken(tx, row);
      const after = tokenAnswer(row);
      draft.facts.push({
        type: 'stock.token.created',
        kind: 'token',
        id: tokenId,
        from: 0,
        to: 1,
        commandId: tx.commandId,
        before: null,
        after,
      });
      return { draft, outcome: accepted(after), after };
    },
  });
  // Under another id it is what an earlier call with this key made, whose secret nobody has any more.
  return { ...answer, token: answer.tokenId === tokenId ? tokenText({ tokenId, secret }) : null };
}

async function revoke(engine: Engine, input: TokenRevokeInput, { call, grantor }: By): Promise<Token> {
  const { tokenId } = input;
  return await execute<Token>(engine, {
    procedure: 'token.revoke',
    input,
    call,
    lock: { scope: 'document', keys: [`token:${tokenId}`] },
    decide: async (tx) => {
      const row = await lockToken(tx, tokenId);
      const draft = await draftNow(tx, engine);
      if (row === undefined || !isWithin(grantor, tokenAnswer(row).locationIds))
        return { draft, outcome: refused(notFound('token', tokenId)) };
      const before = tokenAnswer(row);
      if (row.revokedAt !== null) return { draft, outcome: accepted(before) };
      const revoked: TokenRow = { ...row, revokedAt: draft.now, version: row.version + 1 };
      await replaceToken(tx, row, revoked);
      const after = tokenAnswer(revoked);
      draft.facts.push({
        type: 'stock.token.revoked',
        kind: 'token',
        id: tokenId,
        from: row.version,
        to: revoked.version,
        commandId: tx.commandId,
        before,
        after,
      });
      return { draft, outcome: accepted(after), before, after };
    },
  });
}

async function list(engine: Engine, input: TokenListInput, grantor: Principal): Promise<Page<Token>> {
  const page = await engine.units.read((tx) =>
    pageOf({
      list: 'tokens',
      input,
      load: (after, limit) => visibleTokens(tx, { grantor, before: after?.[0], limit }),
      keyOf: (row) => [row.tokenId],
    }),
  );
  return { ...page, items: page.items.map(tokenAnswer) };
}

/** Tokens are few, and what one may see of them is not in an index: they are read on until there are enough. */
async function visibleTokens(
  tx: Tx,
  { grantor, before, limit }: { grantor: Principal; before: string | undefined; limit: number },
): Promise<readonly TokenRow[]> {
  const found: TokenRow[] = [];
  for (let last = before; ;) {
    const rows = await listTokens(tx, { before: last, limit });
    found.push(...rows.filter((row) => isWithin(grantor, tokenAnswer(row).locationIds)));
    last = rows.at(-1)?.tokenId;
    if (rows.length < limit || found.length >= limit) return found.slice(0, limit);
  }
}

async function authenticate(engine: Engine, text: string): Promise<Authenticated | undefined> {
  const parts = parseToken(text);
  if (parts === undefined) return undefined;
  return await engine.units.read(async (tx) => {
    const row = await findToken(tx, parts.tokenId);
    const asOf = await tx.now();
    return opens(row, parts.secret, asOf) ? { ...tokenAnswer(row), asOf } : undefined;
  });
}

async function noteUse(engine: Engine, tokenId: string, call: Call): Promise<void> {
  const address = call.caller.address?.slice(0, MAX_ADDRESS) ?? null;
  await engine.units.write(call, async (tx) => {
    const at = await tx.now();
    await noteTokenUse(tx, { tokenId, at, address, unlessSince: plusSeconds(at, -USE_NOTED_EVERY_SECONDS) });
  });
}

function tooMuch(): GranaryError {
  return new GranaryError('notPermitted', {
    message: 'Nobody can give a token more than they may do themselves.',
    hint: 'Name a role and locations within your own, or ask whoever may do more.',
    details: { permission: 'token.write' },
  });
}
