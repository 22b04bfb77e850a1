/** The first admin token of a Granary of our own: made once, when there is none at all, and told once. There is no default password. */
import { localPrincipal } from '@granary/contracts/permission';
import type { Domain } from '@granary/domain';
import { callHere } from '../fleet/call-here.ts';

type Tokens = Pick<Domain, 'tokens'>;

/** Also one that was withdrawn counts: whoever has dealt with tokens needs no gift. */
export async function hasToken({ tokens }: Tokens): Promise<boolean> {
  return (await tokens.list({ limit: 1 }, localPrincipal)).items.length > 0;
}

/** Undefined when another start was faster: the key lets one of them have it. */
export async function makeFirstToken({ tokens }: Tokens): Promise<string | undefined> {
  const input = { name: 'first admin', role: 'admin', idempotencyKey: 'npm start: the first token' } as const;
  return (await tokens.create(input, callHere(), localPrincipal)).token ?? undefined;
}

/** Loading the sample needs a token where tokens are asked for; it is withdrawn at once, so that nobody else finds it of use. */
export async function withPassingToken<T>({ tokens }: Tokens, work: (token: string) => Promise<T>): Promise<T> {
  const made = await tokens.create({ name: 'npm start', role: 'admin' }, callHere(), localPrincipal);
  try {
    return await work(made.token ?? '');
  } finally {
    await tokens.revoke({ tokenId: made.tokenId }, callHere(), localPrincipal);
  }
}
