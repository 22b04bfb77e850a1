/** Lets clients ask a shop, each one thing after the other and all of them at once, and writes down what they were told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../sample/random.ts';
import { draw, type Wanted } from './draw.ts';
import type { Answer, Event, History, Operation } from './history.ts';

/** Whoever sells: one level a key. */
export interface Shop {
  /** Puts the goods there before anybody asks. */
  open(key: string, quantity: number): Promise<void>;
  /** @param name of this call, which no other has: its key, should it be repeated */
  ask(call: {
    readonly client: number;
    readonly name: string;
    readonly key: string;
    readonly operation: Operation;
  }): Promise<Answer>;
}

export interface Recording {
  readonly seed: number;
  readonly clients: number;
  readonly operations: number;
  /** Of a hold that is left to run out. */
  readonly shortLifeMs: number;
  readonly signal?: AbortSignal | undefined;
}

const MOST_KEYS = 3;
/** After no answer nobody asks again at once. */
const REST_MS = 60;

export async function record(shop: Shop, recording: Recording): Promise<History> {
  const { seed, clients } = recording;
  const random = createRandom(seed);
  const wanted = Array.from({ length: random.between(1, MOST_KEYS) }, (_, each): Wanted => {
    return { key: `H${seed}-${each}`, opening: random.between(8, 20), holds: [] };
  });
  await Promise.all(wanted.map(({ key, opening }) => shop.open(key, opening)));
  const events = new Map(wanted.map(({ key }) => [key, [] as Event[]]));
  const counter = { left: recording.operations };
  await Promise.all(
    Array.from({ length: clients }, (_, client) => lane({ shop, recording, client, wanted, events, counter })),
  );
  return { seed, levels: wanted.map(({ key, opening }) => ({ key, opening, events: events.get(key) ?? [] })) };
}

interface Lane {
  readonly shop: Shop;
  readonly recording: Recording;
  readonly client: number;
  readonly wanted: readonly Wanted[];
  readonly events: ReadonlyMap<string, Event[]>;
  /** Shared by all lanes. */
  readonly counter: { left: number };
}

async function lane({ shop, recording, client, wanted, events, counter }: Lane): Promise<void> {
  const { seed, shortLifeMs, signal } = recording;
  const random = createRandom(seed * 1000 + client + 1);
  for (let each = 0; counter.left > 0 && signal?.aborted !== true; each += 1) {
    counter.left -= 1;
    const at = wanted[random.between(0, wanted.length - 1)];
    if (at === undefined) return;
    const name = `${at.key}-${client}-${each}`;
    const operation = draw(random, at, { name, shortLifeMs });
    const calledAt = performance.now();
    const answer = await shop.ask({ client, name, key: at.key, operation });
    const returnedAt = answer.kind === 'unknown' ? Infinity : performance.now();
    events.get(at.key)?.push({ name, client, calledAt, returnedAt, operation, answer });
    if (operation.kind === 'reserve' && answer.kind !== 'refused') at.holds.push(operation.hold);
    if (answer.kind === 'unknown') await sleep(REST_MS);
  }
}
