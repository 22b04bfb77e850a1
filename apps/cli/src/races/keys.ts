/** One key, fifty calls at once: one effect and one answer, also when the first call's process dies between COMMIT and answer. */
import { randomUUID } from 'node:crypto';
import { GranaryError } from '@granary/client';
import type { Arena } from './arena.ts';
import { type Member, startMember } from '../fleet/fleet.ts';

export const firsts = ['succeeds', 'fails', 'is killed after COMMIT'] as const;
export type First = (typeof firsts)[number];

export interface KeyRaceResult {
  readonly first: First;
  readonly callers: number;
  /** Different answers; one is right. */
  readonly answers: number;
  /** Reservations that exist under the key's business id. */
  readonly effects: number;
  readonly expectedEffects: number;
  /** How the process of the first call ended, where it was to be killed. */
  readonly killed: string | null;
  readonly violations: readonly string[];
  readonly problem: string | null;
  readonly ok: boolean;
}

export async function raceForKey(arena: Arena, first: First, callers = 50): Promise<KeyRaceResult> {
  const skuId = `KEY-${randomUUID()}`;
  await arena.client.inbound.purchase.mutate({ documentNo: skuId, lines: [{ skuId, quantity: 50, unitCost: '1.00' }] });
  const input = {
    skuId,
    quantity: first === 'fails' ? 51 : 1,
    type: 'order',
    businessId: skuId,
    idempotencyKey: skuId,
  } as const;
  const victim = first === 'is killed after COMMIT' ? await doomed(arena) : undefined;
  const crowd = Array.from({ length: callers }, async (_, index) => {
    // The victim's call is on its way before the others start, so that theirs meet its transaction or what it left.
    if (index === 0 && victim !== undefined) return answerOf([victim, arena.fleet.member(0)], input);
    if (victim !== undefined) await new Promise((resolve) => setTimeout(resolve, index % 10));
    return answerOf([arena.fleet.member(index)], input);
  });
  const settled = await Promise.allSettled(crowd);
  const failed = settled.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  const answers = new Set(settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  const killed = victim === undefined ? null : await endOf(victim);
  const { items } = await arena.client.reservation.list.query({ businessId: skuId, limit: 500 });
  const reserved = (await arena.client.stock.available.query({ skuId })).reserved;
  const violations = await arena.violations();
  const expectedEffects = first === 'fails' ? 0 : 1;
  const asWanted = first === 'fails' ? [...answers].every((answer) => answer.includes('INV_002')) : reserved === 1;
  const ok =
    failed.length === 0 &&
    answers.size === 1 &&
    asWanted &&
    items.length === expectedEffects &&
    violations.length === 0 &&
    (killed === null || killed === 'SIGKILL');
  return {
    first,
    callers,
    answers: answers.size,
    effects: items.length,
    expectedEffects,
    killed,
    violations,
    problem: failed[0] ?? null,
    ok,
  };
}

async function doomed({ settings }: Arena): Promise<Member> {
  const victim = await startMember({ settings });
  await victim.dieAfterCommit();
  return victim;
}

/** One that should have died and did not is ended here, and told as alive. */
async function endOf(victim: Member): Promise<string> {
  const alive = Symbol('alive');
  const how = await Promise.race([
    victim.ended,
    new Promise<typeof alive>((resolve) => setTimeout(resolve, 1000, alive)),
  ]);
  if (how !== alive) return how;
  await victim.stop();
  return 'survived';
}

type Input = Parameters<Member['client']['reservation']['reserve']['mutate']>[0];

/** The whole answer as text, so that equal answers are equal texts. A caller whose process is gone asks the next one. */
async function answerOf([member, ...others]: readonly Member[], input: Input): Promise<string> {
  if (member === undefined) throw new Error('nobody left to ask');
  try {
    return JSON.stringify(await member.client.reservation.reserve.mutate(input));
  } catch (error) {
    if (error instanceof GranaryError) return JSON.stringify(error.toAnswer());
    if (others.length === 0) throw error;
    return answerOf(others, input);
  }
}
