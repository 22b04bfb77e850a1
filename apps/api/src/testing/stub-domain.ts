/** A domain and a cost bundle that answer whatever a test says, for tests of the transport alone. */
import type { Cost } from '@granary/cost/cost';
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
  // A denial is put on record by the way; it is no call of anybody's.
  const refusals = { record: () => Promise.resolve() };
  // The proxy answers any service and any method; the routers' own types say which are asked.
  const parts: Readonly<Record<string, unknown>> = { strategies, refusals, within: () => domain };
  const domain: Domain = new Proxy(
    {},
    { get: (_target, name) => parts[String(name)] ?? service(String(name)) },
  ) as Domain;
  return domain;
}

/** Likewise: each member may be called, and so may each method of it. */
export function stubCost(answer: (call: StubCall) => unknown): Cost {
  const method = (path: string) => async (input: unknown, call?: Call) => answer({ path, input, call });
  const member = (name: string) =>
    new Proxy(method(`cost.${name}`), { get: (_target, verb) => method(`cost.${name}.${String(verb)}`) });
  return new Proxy({}, { get: (_target, name) => member(String(name)) }) as Cost;
}
