/** One key, fifty calls at once: one effect and one answer, also when the first call's process dies between COMMIT and answer. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type GranaryClient, GranaryError } from '@granary/client';
import type { Arena } from './arena.ts';
import { type Member, startMember } from '../fleet/fleet.ts';

export const keyRaces = [
  'the first one succeeds',
  'the first one fails',
  'the first one is killed after COMMIT, then the others come',
  'one is killed after COMMIT while the others come',
  // Every caller has an idempotency key of its own; what makes the calls one is the cart and its line, or the document.
  'one cart and no common key',
  'one document and no common key',
] as const;
export type KeyRace = (typeof keyRaces)[number];

export interface KeyRaceResult {
  readonly race: KeyRace;
  readonly callers: number;
  /** Different answers; one is right. */
  readonly answers: number;
  /** Reservations that exist under the key's business id. */
  readonly effects: number;
  /** How the process that was to be killed ended. */
  readonly killed: string | null;
  readonly problems: readonly string[];
  readonly ok: boolean;
}

export async function raceForKey(arena: Arena, race: KeyRace, callers = 50): Promise<KeyRaceResult> {
  const skuId = `KEY-${randomUUID()}`;
  // One unit only: whoever takes the second call for another customer's must refuse it.
  const lines = [{ skuId, quantity: 1, unitCost: '1.00' }];
  await arena.client.inbound.purchase.mutate({ documentNo: skuId, lines });
  const victim = race.includes('killed') ? await doomed(arena) : undefined;
  const settled = await Promise.allSettled(crowd(arena, { race, act: actOf(race, skuId), victim, callers }));
  const answers = new Set(settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  const killed = victim === undefined ? null : await endOf(victim);
  const effects = await effectsOf(arena, skuId);
  const fails = race === 'the first one fails';
  const problems = [
    ...settled.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : [])),
    ...(answers.size === 1 ? [] : [`${answers.size} different answers: ${[...answers].join(' ').slice(0, 600)}`]),
    ...(fails === [...answers].some((answer) => answer.includes('INV_002'))
      ? []
      : ['not the answer that was expected']),
    ...(effects === (fails ? 0 : 1) ? [] : [`${effects} effects`]),
    ...(killed === null || killed === 'SIGKILL' ? [] : [`the process to be killed ended by ${killed}`]),
    ...(await arena.violations()),
  ];
  return { race, callers, answers: answers.size, effects, killed, problems, ok: problems.length === 0 };
}

type Act = (client: GranaryClient) => Promise<unknown>;

function actOf(race: KeyRace, skuId: string): Act {
  const key = race.includes('no common key') ? {} : { idempotencyKey: skuId };
  if (race === 'one document and no common key') {
    return (client) => client.outbound.sales.mutate({ orderNo: skuId, lines: [{ skuId, quantity: 1 }] });
  }
  const hold = { skuId, quantity: race === 'the first one fails' ? 2 : 1, type: 'order', businessId: skuId } as const;
  return (client) => client.reservation.reserve.mutate({ ...hold, ...key });
}

/** Reservations and documents that exist because of the race. */
async function effectsOf({ client }: Arena, skuId: string): Promise<number> {
  const holds = await client.reservation.list.query({ businessId: skuId, limit: 500 });
  const documents = await client.outbound.list.query({ orderNo: skuId, limit: 500 });
  return holds.items.length + documents.items.length;
}

interface Crowd {
  readonly race: KeyRace;
  readonly act: Act;
  readonly victim: Member | undefined;
  readonly callers: number;
}

function crowd({ fleet }: Arena, { race, act, victim, callers }: Crowd): Promise<string>[] {
  const isVictimFirst = race === 'the first one is killed after COMMIT, then the others come';
  return Array.from({ length: callers }, async (_, index) => {
    if (victim === undefined) return answerOf([fleet.member(index)], act);
    if (index === 0) return answerOf([victim, fleet.member(0)], act);
    await (isVictimFirst ? victim.ended : sleep(index % 10));
    return answerOf([fleet.member(index)], act);
  });
}

async function doomed({ settings }: Arena): Promise<Member> {
  const victim = await startMember({ settings });
  await victim.dieAfterCommit();
  return victim;
}

/** One that should have died and did not is ended here, and told as alive. */
async function endOf(victim: Member): Promise<string> {
  const how = await Promise.race([victim.ended, sleep(2000, undefined)]);
  if (how !== undefined) return how;
  await victim.stop();
  return 'surviving';
}

/** The whole answer as text, so that equal answers are equal texts. A caller whose process is gone asks the next one. */
async function answerOf([member, ...others]: readonly Member[], act: Act): Promise<string> {
  if (member === undefined) throw new Error('nobody left to ask');
  try {
    return JSON.stringify(await act(member.client));
  } catch (error) {
    if (error instanceof GranaryError) return JSON.stringify(error.toAnswer());
    if (others.length === 0) throw error;
    return answerOf(others, act);
  }
}
