/** Callers that buy, hold, confirm, release, deduct and sell a few SKUs which all of them want, and write down what they were told. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionError, type GranaryClient, GranaryError } from '@granary/client';
import { createRandom, type Random } from '../sample/random.ts';
import type { Diary, Entry, Outcome, Step } from './diary.ts';

export interface Calling {
  readonly diary: Diary;
  readonly skuIds: readonly [string, ...string[]];
  readonly callers: number;
  readonly seed: number;
  /** Whom this caller asks now; asked before each call, which waits for the answer. */
  readonly client: (caller: number) => GranaryClient | Promise<GranaryClient>;
  /** Whether callers begin another act. */
  readonly goesOn: () => boolean;
}

/** Refusals that are decisions: too little stock, a hold that has ended or run out, a state that does not allow it. */
const DECISIONS = ['INV_001', 'INV_002', 'INV_003', 'INV_010'];
/** So long a hold lives that is left to run out. */
const SHORT_TTL_SECONDS = 1;
const LONG_TTL_SECONDS = 3_600;
/** After a failure nobody asks again at once. */
const REST_MS = 50;
/** Of each caller, so that stock comes back. */
const MOST_HELD = 4;

export async function call(calling: Calling): Promise<void> {
  await Promise.all(Array.from({ length: calling.callers }, (_, caller) => lane(calling, caller)));
}

async function lane(calling: Calling, caller: number): Promise<void> {
  const random = createRandom(calling.seed + caller);
  const held: Entry[] = [];
  for (let each = 0; calling.goesOn(); each += 1) {
    const name = `${calling.seed}-${caller}-${each}`;
    const outcome = await act({ calling, caller, random, held, name });
    if (outcome === 'unknown') await sleep(REST_MS);
  }
}

interface Act {
  readonly calling: Calling;
  readonly caller: number;
  readonly random: Random;
  readonly held: Entry[];
  readonly name: string;
}

async function act({ calling, caller, random, held, name }: Act): Promise<Outcome> {
  const client = await calling.client(caller);
  const dice = random.next();
  const due = held.length > MOST_HELD || dice < 0.4 ? held.shift() : undefined;
  if (due !== undefined) {
    const step: Step = random.pick(['confirm', 'release', 'deduct']);
    const outcome = await told(calling.diary, () => take(client, step, due.name));
    due.steps.push({ step, outcome });
    if (step === 'confirm' && outcome === 'done') held.push(due);
    return outcome;
  }
  const kind = dice < 0.8 ? 'hold' : dice < 0.92 ? 'sale' : 'purchase';
  const isShort = kind === 'hold' && random.chance(0.15);
  const line = { skuId: random.pick(calling.skuIds), quantity: random.between(1, 3) };
  const entry: Entry = { kind, name, ...line, isShort, made: 'unknown', steps: [] };
  calling.diary.entries.push(entry);
  entry.made = await told(calling.diary, () => make(client, entry));
  if (kind === 'hold' && entry.made === 'done' && !isShort) held.push(entry);
  return entry.made;
}

function make(client: GranaryClient, { kind, name, skuId, quantity, isShort }: Entry): Promise<unknown> {
  switch (kind) {
    case 'hold': {
      const ttlSeconds = isShort ? SHORT_TTL_SECONDS : LONG_TTL_SECONDS;
      return client.reservation.reserve.mutate({ type: 'order', businessId: name, skuId, quantity, ttlSeconds });
    }
    case 'sale':
      return client.outbound.sales.mutate({ orderNo: name, lines: [{ skuId, quantity }] });
    case 'purchase':
      return client.inbound.purchase.mutate({ documentNo: name, lines: [{ skuId, quantity, unitCost: '1.00' }] });
  }
}

function take(client: GranaryClient, step: Step, businessId: string): Promise<unknown> {
  const target = { type: 'order', businessId } as const;
  switch (step) {
    case 'confirm':
      return client.reservation.confirm.mutate(target);
    case 'release':
      return client.reservation.release.mutate(target);
    case 'deduct':
      return client.reservation.deduct.mutate(target);
  }
}

async function told(diary: Diary, work: () => Promise<unknown>): Promise<Outcome> {
  const startedAt = performance.now();
  const note = (outcome: Outcome): Outcome => {
    const at = performance.now();
    diary.answers.push({ at, ms: at - startedAt, outcome });
    return outcome;
  };
  try {
    await work();
    return note('done');
  } catch (error) {
    if (error instanceof GranaryError && DECISIONS.includes(error.code)) return note('refused');
    const name = nameOf(error);
    diary.unanswered[name] = (diary.unanswered[name] ?? 0) + 1;
    return note('unknown');
  }
}

function nameOf(error: unknown): string {
  if (error instanceof GranaryError) return `${error.code} ${error.kind}`;
  return error instanceof ConnectionError ? error.problem : String(error);
}
