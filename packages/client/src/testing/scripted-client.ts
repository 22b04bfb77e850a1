/** A client of a scripted server, and what its tests ask of both. */
import { onTestFinished } from 'vitest';
import { isRecord } from '../answer.ts';
import { type ClientOptions, createClient, type GranaryClient } from '../client.ts';
import { type Act, type ScriptedServer, scriptedServer } from './scripted-server.ts';

/** The server ends with the test. */
export async function clientOf(
  script: Act[],
  options: Partial<ClientOptions> = {},
): Promise<{ client: GranaryClient; server: ScriptedServer }> {
  const server = await scriptedServer(script);
  onTestFinished(() => server.close());
  return { client: createClient({ url: server.url, ...options }), server };
}

export const hold = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'C' } as const;

/** The idempotency keys that arrived, in order. */
export function keysOf({ received }: ScriptedServer): unknown[] {
  return received.flatMap(({ inputs }) =>
    inputs.map((input) => (isRecord(input) ? input['idempotencyKey'] : undefined)),
  );
}

/** The failure of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`the call must fail, and answered ${JSON.stringify(outcome.answer)}`);
}

/** A page that is not Granary's. */
export function page(status: number): Act {
  return { act: 'answer', status, headers: { 'content-type': 'text/html' }, body: '<html>Bad Gateway</html>' };
}
