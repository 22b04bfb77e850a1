/** A domain that answers whatever a test says, for tests of the transport alone. */
import type { Call, Domain } from '@granary/domain';

export interface StubCall {
  /** `reservations.reserve` */
  readonly path: string;
  readonly input: unknown;
  readonly call: Call | undefined;
}

/** Every method of every service is the one function; what it throws is thrown, what it answers is answered. */
export function stubDomain(answer: (call: StubCall) => unknown): Domain {
  const service = (name: string) =>
    new Proxy(
      {},
      {
        get: (_target, method) => async (input: unknown, call?: Call) =>
          answer({ path: `${name}.${String(method)}`, input, call }),
      },
    );
  const strategies = { names: () => ['fifo', 'lifo'] };
  // The proxy answers any service and any method; the routers' own types say which are asked.
  return new Proxy(
    {},
    { get: (_target, name) => (name === 'strategies' ? strategies : service(String(name))) },
  ) as Domain;
}
