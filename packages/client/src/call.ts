/** One logical call: one idempotency key made before the first attempt, as many attempts as are safe and useful, one typed failure. */
import { errorFromAnswer, GranaryError } from '@granary/contracts/error';
import { TRPCClientError } from '@trpc/client';
import { ulid } from 'ulid';
import { isErrorAnswer, isRecord } from './answer.ts';
import { ConnectionError } from './connection-error.ts';
import { retryDelayMs } from './retry.ts';
import { aborted } from './transport.ts';

export interface Call {
  readonly type: 'query' | 'mutation';
  readonly path: string;
  readonly input: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Makes one attempt. */
export type Send = (call: Call) => Promise<unknown>;

export async function callWithRetries(call: Call, send: Send, retries: number): Promise<unknown> {
  const keyed = withKey(call);
  const { idempotencyKey } = keyed;
  // A mutation whose input cannot hold a key is refused by the api anyway; without one it must never be sent twice.
  const most = call.type === 'query' || idempotencyKey !== undefined ? retries + 1 : 1;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptOnce(keyed.call, send);
    if (outcome.ok) return outcome.answer;
    const { failure } = outcome;
    const delayMs = attempt < most ? retryDelayMs(failure, attempt, Math.random()) : undefined;
    if (delayMs === undefined)
      throw failure instanceof GranaryError ? failure : failure.afterAttempts({ attempts: attempt, idempotencyKey });
    const waited = await attemptOnce(call, () => sleep(delayMs, call.signal));
    if (!waited.ok) throw aborted(call.signal?.reason).afterAttempts({ attempts: attempt, idempotencyKey });
  }
}

type Outcome =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly failure: GranaryError | ConnectionError };

async function attemptOnce(call: Call, send: Send): Promise<Outcome> {
  try {
    return { ok: true, answer: await unlessAborted(send(call), call.signal) };
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown) };
  }
}

/** Everything that can come out of tRPC, as one of the two failures that callers meet. */
function failureOf(thrown: unknown): GranaryError | ConnectionError {
  if (thrown instanceof ConnectionError) return thrown;
  if (thrown instanceof TRPCClientError) {
    const { cause, data }: { cause: unknown; data: unknown } = thrown;
    if (cause instanceof ConnectionError) return cause;
    if (isErrorAnswer(data)) return errorFromAnswer(data);
  }
  // A batch that answers fewer calls than it was sent, and whatever else a newer tRPC may find.
  return new ConnectionError({
    problem: 'unreadable',
    message: 'The answer of Granary cannot be read.',
    hint: 'See whether client and api are of the same version.',
    cause: thrown,
  });
}

function withKey(call: Call): { readonly call: Call; readonly idempotencyKey: string | undefined } {
  if (call.type !== 'mutation') return { call, idempotencyKey: undefined };
  const input = call.input ?? {};
  if (!isRecord(input)) return { call, idempotencyKey: undefined };
  const given = input['idempotencyKey'];
  if (given !== undefined) return { call, idempotencyKey: typeof given === 'string' ? given : undefined };
  const idempotencyKey = ulid();
  return { call: { ...call, input: { ...input, idempotencyKey } }, idempotencyKey };
}

/** In a batch, tRPC lets one call end only when all were given up; the caller of this one has left already. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let leave: () => void = () => undefined;
  const left = new Promise<never>((_resolve, reject) => {
    leave = () => reject(aborted(signal.reason));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave);
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** The timer goes with the wait: an abandoned one would keep a process alive. */
async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  signal?.addEventListener('abort', stop, { once: true });
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  signal?.removeEventListener('abort', stop);
}
