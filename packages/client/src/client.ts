/** createClient: every procedure of the api as a typed function, with keys, retries, batching and typed errors. */
import type { AppRouter } from '@granary/api/router';
import { createTRPCUntypedClient, httpBatchLink, httpLink, splitLink, type TRPCClient } from '@trpc/client';
import { type Call, callWithRetries, type Send } from './call.ts';
import { type Subscription, type SubscriptionHandlers, subscribe } from './subscription.ts';
import { createTransport, type Fetch } from './transport.ts';

/**
 * `client.reservation.reserve.mutate(input)`, `client.stock.check.query(input)`, each with `{ signal }` as a second
 * argument, and `client.stock.watch.subscribe(input, { onData })`.
 */
export type GranaryClient = {
  readonly [Router in keyof AppRouter['_def']['record']]: WithStreams<TRPCClient<AppRouter>[Router]>;
};

/** What tRPC types as its own subscription is one of ours: it comes back by itself, and its failures are ours. */
type WithStreams<Procedures> = {
  readonly [Name in keyof Procedures]: Procedures[Name] extends {
    subscribe: (input: infer Input, handlers: infer Handlers) => unknown;
  }
    ? { subscribe(input: Input, handlers: SubscriptionHandlers<ValueOf<Handlers>>): Subscription }
    : Procedures[Name];
};
type ValueOf<Handlers> = Handlers extends { onData?: ((value: infer Value) => void) | undefined } ? Value : never;

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

const DEFAULT_TIMEOUT_MS = 30_000;
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
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const streams = { ...connectionOf(options), timeoutMs };
  return callable([], {
    call: (call) => callWithRetries(call, send, retries),
    subscribe: (path, input, handlers) => subscribe({ path, input, handlers }, streams),
  }) as unknown as GranaryClient;
}

function linkOf(options: ClientOptions) {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, batch = true } = options;
  const { url, fetch, headers } = connectionOf(options);
  const http = {
    url,
    // A query of 500 SKUs does not fit into a URL.
    methodOverride: 'POST' as const,
    fetch: createTransport({ fetch, timeoutMs, url }),
    headers,
  };
  const alone = httpLink<AppRouter>(http);
  if (!batch) return alone;
  return splitLink<AppRouter>({
    condition: ({ input }) => (JSON.stringify(input)?.length ?? 0) > MAX_BATCHED_INPUT,
    true: alone,
    false: httpBatchLink({ ...http, maxItems: MAX_BATCH, maxURLLength: MAX_URL }),
  });
}

function connectionOf({ url, token, fetch = globalThis.fetch }: ClientOptions) {
  return { url: mountOf(url), fetch, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } };
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

interface Ways {
  readonly call: (call: Call) => Promise<unknown>;
  readonly subscribe: (path: string, input: unknown, handlers: SubscriptionHandlers<unknown>) => Subscription;
}

/** `a.b.mutate(input, options)` becomes a call of `a.b`. */
function callable(path: readonly string[], ways: Ways): unknown {
  return new Proxy(() => undefined, {
    // Awaiting or printing a part of the client must not look like a procedure.
    get: (_target, name) => (typeof name === 'string' && name !== 'then' ? callable([...path, name], ways) : undefined),
    apply(_target, _this, [input, options]: [unknown, SubscriptionHandlers<unknown>?]) {
      const name = path.slice(0, -1).join('.');
      if (path.at(-1) === 'subscribe' && path.length > 2) return ways.subscribe(name, input, options ?? {});
      const type = TYPES[path.at(-1) ?? ''];
      if (type === undefined || path.length < 2)
        throw new TypeError(
          `${path.join('.')} is not a call: end it with .query(input), .mutate(input) or .subscribe(input, handlers)`,
        );
      return ways.call({ type, path: name, input, signal: options?.signal });
    },
  });
}
