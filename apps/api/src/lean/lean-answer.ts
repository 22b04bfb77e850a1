/** Carries out the calls of one request and answers what the adapter of tRPC would: the same body, status and headers. */
import { type AnyRouter, getTRPCErrorFromUnknown, getTRPCErrorShape, type TRPCError } from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import type { ApiContext } from '../context.ts';
import { failureHeaders } from '../trpc-failure.ts';
import type { RunCall } from './lean-call.ts';
import type { LeanHead } from './lean-request.ts';

export interface LeanCalls extends LeanHead {
  readonly inputs: readonly unknown[];
  /** Of each path of the router. */
  readonly runs: ReadonlyMap<string, RunCall>;
  readonly contextOf: () => Promise<ApiContext>;
  /** Is told of every failure; `path` is undefined when the request failed as a whole. */
  readonly onError: (error: TRPCError, path?: string) => void;
}

export interface LeanAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is answered to one call: no transformer stands between it and the wire. */
type Item = Exclude<Parameters<typeof getHTTPStatusCode>[0], readonly unknown[]>;

interface Failure {
  readonly error: TRPCError;
  readonly path?: string;
}

/** Never rejects: what fails is the answer. */
export async function leanAnswer(router: AnyRouter, calls: LeanCalls): Promise<LeanAnswer> {
  const { paths, inputs, runs, type, isBatch, onError } = calls;
  const errors: TRPCError[] = [];
  const context = await settled(calls.contextOf());

  const refusal = ({ error, path }: Failure): Item => {
    onError(error, path);
    errors.push(error);
    const { _config: config } = router._def;
    return { error: getTRPCErrorShape({ config, error, type, path, input: undefined, ctx: context.value }) };
  };
  const itemOf = async (path: string, at: number): Promise<Item> => {
    try {
      // Whoever is not let in is told so in answer to each call.
      if (context.value === undefined) throw context.thrown;
      const getRawInput = () => Promise.resolve(inputs[at]);
      const call = { path, type, ctx: context.value, getRawInput, batchIndex: at, signal: undefined };
      return { result: { data: await runs.get(path)?.(call) } };
    } catch (thrown) {
      return refusal({ error: getTRPCErrorFromUnknown(thrown), path });
    }
  };
  const answer = (items: Item | Item[]): LeanAnswer => ({
    status: getHTTPStatusCode(items),
    headers: failureHeaders(errors, type),
    body: JSON.stringify(items),
  });

  const items = await Promise.all(paths.map(itemOf));
  const [only] = items;
  try {
    return answer(isBatch || only === undefined ? items : only);
  } catch (thrown) {
    // No JSON can tell such an answer.
    errors.length = 0;
    return answer(refusal({ error: getTRPCErrorFromUnknown(thrown) }));
  }
}

type Settled<T> = { readonly value: T } | { readonly value: undefined; readonly thrown: unknown };

async function settled<T>(work: Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work };
  } catch (thrown) {
    return { value: undefined, thrown };
  }
}
