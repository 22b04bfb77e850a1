/** createClient: every procedure of the api as a typed function, with keys, retries, batching and typed errors. */
import type { AppRouter } from '@granary/api/router';
import { createTRPCUntypedClient, httpBatchLink, httpLink, splitLink, type TRPCClient } from '@trpc/client';
import { type Call, callWithRetries, type Send } from './call.ts';
import { createTransport, type Fetch } from './transport.ts';

/** `client.reservation.reserve.mutate(input)`, `client.stock.check.query(input)`; each takes `{ signal }` as a second argument. */
export type GranaryClient = { readonly [Router in keyof AppRouter['_def']['record']]: TRPCClient<AppRouter>[Router] };

export interface ClientOptions {
  /** Where the api listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** `gk_<id>_<secret>`, once the api asks for one. */
  readonly token?: string;
  /** The platform's own when left out. */
  readonly fetch?: Fetch;
  /** Further attempts after a failure that may pass; 3 when left out, 0 for none. */
  readonly retries?: number;
  /** How long one attempt may take; 30,000 when left out. */
  readonly timeoutMs?: number;
  /** Whether calls made at the same moment travel together, up to 20 of a kind; true when left out. */
  readonly batch?: boolean;
}

const MAX_BATCH = 20;
const MAX_URL = 8_000;
/** Larger inputs travel alone: twenty of this size still fit into one body of 1 MB. */
const MAX_BATCHED_INPUT = 40_000;

export function createClient(options: ClientOptions): GranaryClient {
  const untyped = createTRPCUntypedClient<AppRouter>({ links: [linkOf(options)] });
  const send: Send = ({ type, path, input, signal }) =>
    untyped[type](path, input, signal === undefined ? {} : { signal });
  const { retries = 3 } = options;
  // The proxy answers any path; which paths there are, and with what types, is the router's to say.
  return callable([], (call) => callWithRetries(call, send, retries)) as unknown as GranaryClient;
}

function linkOf(options: ClientOptions) {
  const { token, timeoutMs = 30_000, batch = true } = options;
  const url = mountOf(options.url);
  const http = {
    url,
    // A query of 500 SKUs does not fit into a URL.
    methodOverride: 'POST' as const,
    fetch: createTransport({ fetch: options.fetch ?? globalThis.fetch, timeoutMs, url }),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  };
  const alone = httpLink<AppRouter>(http);
  if (!batch) return alone;
  return splitLink<AppRouter>({
    condition: ({ input }) => (JSON.stringify(input)?.length ?? 0) > MAX_BATCHED_INPUT,
    true: alone,
    false: httpBatchLink({ ...http, maxItems: MAX_BATCH, maxURLLength: MAX_URL }),
  });
}

/** The procedures are mounted at /trpc; a url that says so already is left as it is. */
function mountOf(url: string): string {
  if (!URL.canParse(url))
    throw new TypeError(
      `createClient needs the url of the api, such as http://127.0.0.1:3000, and was given ${JSON.stringify(url)}`,
    );
  const base = url.replace(/\/+$/, '');
  return base.endsWith('/trpc') ? base : `${base}/trpc`;
}

const TYPES: Readonly<Record<string, Call['type']>> = { query: 'query', mutate: 'mutation' };

/** `a.b.mutate(input, options)` becomes a call of `a.b`. */
function callable(path: readonly string[], run: (call: Call) => Promise<unknown>): unknown {
  return new Proxy(() => undefined, {
    // Awaiting or printing a part of the client must not look like a procedure.
    get: (_target, name) => (typeof name === 'string' && name !== 'then' ? callable([...path, name], run) : undefined),
    apply(_target, _this, [input, options]: [unknown, { signal?: AbortSignal }?]) {
      const type = TYPES[path.at(-1) ?? ''];
      if (type === undefined || path.length < 2)
        throw new TypeError(`${path.join('.')} is not a call: end it with .query(input) or .mutate(input)`);
      return run({ type, path: path.slice(0, -1).join('.'), input, signal: options?.signal });
    },
  });
}
