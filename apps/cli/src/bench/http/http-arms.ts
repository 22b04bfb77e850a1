/** What `bench http` compares: the same calls over the same number of kept-alive connections, each to another server. */
import { randomUUID } from 'node:crypto';
import type { Arm } from '../load/arms.ts';
import type { CallOnce } from '../load/closed-loop.ts';
import { HTTP_ARMS, type Served } from './served.ts';
import { openWire, type Wire } from './wire.ts';

export interface Shape {
  readonly connections: number;
  readonly callsARequest: number;
  readonly demand: () => string;
}

export interface OpenArms {
  readonly arms: readonly Arm[];
  close(): void;
}

export async function openArms(ports: Served, shape: Shape): Promise<OpenArms> {
  const opened = await Promise.all(
    HTTP_ARMS.map(async (name) => {
      const wires = await Promise.all(Array.from({ length: shape.connections }, () => openWire(ports[name])));
      return { name, wires, call: requesting(wires, shape) };
    }),
  );
  return {
    arms: opened,
    close: () => {
      for (const { wires } of opened) for (const wire of wires) wire.close();
    },
  };
}

/** As many callers as there are connections: each finds a free one. */
function requesting(wires: readonly Wire[], { callsARequest, demand }: Shape): CallOnce {
  const free = [...wires];
  const next = bodies(callsARequest, demand);
  const path =
    callsARequest === 1
      ? '/trpc/reservation.reserve'
      : `/trpc/${Array(callsARequest).fill('reservation.reserve').join(',')}?batch=1`;
  return async () => {
    const wire = free.pop();
    if (wire === undefined) throw new Error('there are more callers than connections');
    const status = await wire.send(path, next());
    free.push(wire);
    // A batch in which one call failed is a 207.
    if (status !== 200) throw new Error(`status ${status}`);
  };
}

function bodies(callsARequest: number, demand: () => string): () => string {
  const ofThisArm = randomUUID().slice(0, 8);
  let made = 0;
  const input = () =>
    `{"skuId":"${demand()}","quantity":1,"type":"cart","businessId":"cart-${ofThisArm}-${String((made += 1)).padStart(9, '0')}"}`;
  if (callsARequest === 1) return input;
  return () => `{${Array.from({ length: callsARequest }, (_, at) => `"${at}":${input()}`).join(',')}}`;
}
