/**
 * Finds the addresses of a webhook's host at the moment of connecting and lets only public ones through. The connection is made to
 * exactly these, so a name that answers differently the second time (rebinding) gains nothing.
 */
import type { LookupAddress } from 'node:dns';
import { lookup, Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { whyNotPublic } from './private-address.ts';

export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** Its message may be shown: it says no more than the URL and public records do. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

const TRY_MS = 2_000;
const TRIES = 2;

/** The system's way, with /etc/hosts and whatever else it knows. */
export const resolveLocally: Resolve = (host) => lookup(host, { all: true });

/** DNS alone, of the system's servers when none are named: the system's way keeps one of four threads that the whole process shares, for as long as a bad name server likes. */
export function createPublicResolve(servers: readonly string[] = []): Resolve {
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  return async (host) => {
    const answers = await Promise.allSettled([
      resolver.resolve4(host).then((all) => all.map((address) => ({ address, family: 4 }))),
      resolver.resolve6(host).then((all) => all.map((address) => ({ address, family: 6 }))),
    ]);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (found.length === 0 && failed !== undefined) throw failed.reason;
    return found;
  };
}

/** For the `lookup` of a request. Addresses inside a URL never come by here: the check of the URL is theirs. */
export function createGuardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (host, options, answer) => {
    resolve(host)
      .then((found) => (allowPrivate ? found : publicOnly(host, found)))
      .then((all) => {
        const [first] = all;
        if (first === undefined) throw new AddressRefusedError(`the name ${host} has no address`);
        if (options.all === true) answer(null, [...all]);
        else answer(null, first.address, first.family);
      })
      .catch((error: Error) => answer(error, []));
  };
}

function publicOnly(host: string, found: readonly LookupAddress[]): readonly LookupAddress[] {
  const open = found.filter(({ address }) => whyNotPublic(address) === undefined);
  const [first] = found;
  if (open.length === 0 && first !== undefined)
    throw new AddressRefusedError(
      `the name ${host} leads to ${first.address}, which is not a public address (${whyNotPublic(first.address)})`,
    );
  return open;
}
