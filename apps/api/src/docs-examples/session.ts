/** A server of an example's own, and typed calls to it through its REST door: what a page shows has been answered. */
import type { GranaryOverrides } from '@granary/platform/granary';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../router.ts';
import { openRealApi } from '../testing/real-api.ts';
import { pick, post } from '../testing/stub-api.ts';

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;
type Router = keyof Inputs;

/** `lock.business` and the like. */
export type Procedure = { [R in Router]: `${R}.${keyof Inputs[R] & string}` }[Router];
export type InputOf<P extends Procedure> = P extends `${infer R extends Router}.${infer N}`
  ? N extends keyof Inputs[R]
    ? Inputs[R][N]
    : never
  : never;
export type OutputOf<P extends Procedure> = P extends `${infer R extends Router}.${infer N}`
  ? N extends keyof Outputs[R]
    ? Outputs[R][N]
    : never
  : never;

export interface Session {
  /** For what a worker does beside the server. */
  readonly databaseUrl: string;
  /** The answer; throws when the call is refused. */
  call<P extends Procedure>(procedure: P, input: InputOf<P>): Promise<OutputOf<P>>;
  /** The code of the refusal that this call must meet. */
  refusal<P extends Procedure>(procedure: P, input: InputOf<P>): Promise<string>;
  /** The same with what it tells. */
  failure<P extends Procedure>(procedure: P, input: InputOf<P>): Promise<Failure>;
  end(): Promise<void>;
}

export interface Failure {
  readonly code: string;
  readonly details: unknown;
}

export async function openSession(
  settings: Readonly<Record<string, string>> = {},
  overrides: GranaryOverrides = {},
): Promise<Session> {
  const api = await openRealApi(settings, overrides);
  const send = (procedure: string, input: unknown) => post(`${api.url}/v1/${procedure.replace('.', '/')}`, input);
  const failure = async (procedure: string, input: unknown): Promise<Failure> => {
    const answer = await send(procedure, input);
    if (answer.status === 200) throw new Error(`${procedure} was not refused: ${answer.text}`);
    return { code: String(pick(answer.body, 'code')), details: pick(answer.body, 'details') };
  };
  return {
    databaseUrl: api.databaseUrl,
    call: async <P extends Procedure>(procedure: P, input: InputOf<P>) => {
      const answer = await send(procedure, input);
      if (answer.status !== 200) throw new Error(`${procedure} answered ${answer.status}: ${answer.text}`);
      return answer.body as OutputOf<P>;
    },
    refusal: async (procedure, input) => (await failure(procedure, input)).code,
    failure,
    end: () => api.end(),
  };
}
