/**
 * Who is asking: the principal behind the header `Authorization: Bearer`. Whatever does not let anybody in is refused
 * with one and the same sentence, so that nobody learns which half of a token was right.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { GranaryError } from '@granary/contracts/error';
import { guestPrincipal, type Principal, principalOf } from '@granary/contracts/permission';
import type { Domain } from '@granary/domain';
import type { Log } from '@granary/domain/ports/domain-ports';
import { createUseNotes } from './use-notes.ts';

export type Authenticate = (request: IncomingMessage) => Promise<Principal>;

/** How long a token is believed without asking the database: a revoked one may work this much longer in each process. */
export const BELIEVED_MS = 3_000;
const MAX_BELIEVED = 10_000;
const BEARER = /^Bearer +(\S+)$/i;

interface Belief {
  readonly bearer: Promise<Bearer>;
  until: number;
}

interface Bearer {
  readonly tokenId: string;
  readonly principal: Principal;
}

export function createAuthentication(
  tokens: Pick<Domain['tokens'], 'authenticate' | 'noteUse'>,
  log: Log,
): Authenticate {
  const noteUse = createUseNotes(tokens, log);
  // Keyed by hash, so that no token stands in memory for longer than its request.
  const beliefs = new Map<string, Belief>();

  function believe(text: string): Promise<Bearer> {
    const key = createHash('sha256').update(text).digest('base64');
    const now = performance.now();
    const known = beliefs.get(key);
    if (known !== undefined && known.until > now) return known.bearer;
    beliefs.delete(key);
    const [oldest] = beliefs.keys();
    if (beliefs.size >= MAX_BELIEVED && oldest !== undefined) beliefs.delete(oldest);
    const belief: Belief = { bearer: ask(text), until: now + BELIEVED_MS };
    beliefs.set(key, belief);
    return belief.bearer;

    async function ask(shown: string): Promise<Bearer> {
      try {
        const token = await tokens.authenticate(shown);
        if (token === undefined) throw notAuthenticated();
        const { tokenId, role, locationIds, expiresAt, asOf } = token;
        // It must not outlive its own end by being believed.
        if (expiresAt !== null) belief.until = Math.min(belief.until, now + Date.parse(expiresAt) - Date.parse(asOf));
        return { tokenId, principal: principalOf({ actor: `token:${tokenId}`, role, locationIds }) };
      } catch (error) {
        // Refusals are not kept: guesses would push out those who are let in.
        if (beliefs.get(key) === belief) beliefs.delete(key);
        throw error;
      }
    }
  }

  return async (request) => {
    const given = request.headersDistinct['authorization'];
    if (given === undefined) return guestPrincipal;
    const [header = '', ...others] = given;
    const [, text] = BEARER.exec(header) ?? [];
    if (text === undefined || others.length > 0) throw notAuthenticated();
    const { tokenId, principal } = await believe(text);
    noteUse(tokenId, request.socket.remoteAddress ?? null);
    return principal;
  };
}

function notAuthenticated(): GranaryError {
  return new GranaryError('notAuthenticated', {
    message: 'This token does not let anybody in.',
    hint: 'Send one header "Authorization: Bearer gk_<id>_<secret>" with a token that is neither expired nor revoked.',
    details: {},
  });
}
