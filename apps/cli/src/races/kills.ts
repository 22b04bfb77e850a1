/**
 * The processes of the fleet share a few SKUs and are killed one after the other amid their work: what was acknowledged is
 * there afterwards, and the sums are exact. It comes last in an arena, since it leaves that without its fleet.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../effects/callers.ts';
import { emptyDiary } from '../effects/diary.ts';
import { judge, type Verdict } from '../effects/judge.ts';
import { readKept } from '../effects/kept.ts';
import { type Member, startMember } from '../fleet/fleet.ts';
import type { Arena } from './arena.ts';

export interface KillsOptions {
  readonly kills: number;
  readonly seed: number;
  readonly onKilled?: (done: number) => void;
}

export interface KillsResult extends Verdict {
  readonly kills: number;
  readonly calls: number;
  readonly ok: boolean;
}

const SKUS = 3;
/** Few, so that callers want more than there is. */
const OPENING = 40;
const CALLERS = 64;
/** Between two kills, so that each process was at work again. */
const LEAST_REST_MS = 150;
const LONGEST_REST_MS = 600;
/** A process that is at work commits many times in this. */
const COMMIT_PATIENCE_MS = 10_000;

export async function killAmidWork(arena: Arena, options: KillsOptions): Promise<KillsResult> {
  const opening = await stocked(arena);
  const [first = '', ...others] = opening.keys();
  const seats = arena.fleet.members.map((member) => Promise.resolve(member));
  const diary = emptyDiary();
  let isOver = false;
  const calling = call({
    ...{ diary, seed: options.seed, callers: CALLERS, skuIds: [first, ...others], goesOn: () => !isOver },
    client: async (caller) => (await memberAt(seats, caller)).client,
  });
  const problems: string[] = [];
  try {
    for (let done = 0; done < options.kills; done += 1) {
      await sleep(randomInt(LEAST_REST_MS, LONGEST_REST_MS));
      problems.push(...(await replace(seats, done, arena.settings)));
      options.onKilled?.(done + 1);
    }
  } finally {
    isOver = true;
    await Promise.allSettled([calling]);
    await stopAll(seats);
  }
  await calling;
  const verdict = judge(diary, await readKept(arena.granary.dataSource, opening));
  // When no call was cut off, the kills came when nothing was under way and have shown nothing.
  if (verdict.unknown === 0) problems.push('no kill met a call under way');
  problems.push(...verdict.problems, ...(await arena.violations()));
  const ok = verdict.lost.length === 0 && problems.length === 0;
  return { ...verdict, problems, kills: options.kills, calls: diary.answers.length, ok };
}

async function stocked({ client }: Arena): Promise<ReadonlyMap<string, number>> {
  const documentNo = `KILLS-${randomUUID()}`;
  const skuIds = Array.from({ length: SKUS }, (_, each) => `${documentNo}-${each}`);
  const lines = skuIds.map((skuId) => ({ skuId, quantity: OPENING, unitCost: '1.00' }));
  await client.inbound.purchase.mutate({ documentNo, lines });
  return new Map(skuIds.map((skuId) => [skuId, OPENING]));
}

function memberAt(seats: readonly Promise<Member>[], index: number): Promise<Member> {
  const member = seats[index % seats.length];
  if (member === undefined) throw new Error('there are no seats');
  return member;
}

/** Every second one dies just between a COMMIT and its answers, the others wherever they are. Problems, if one does not die. */
async function replace(seats: Promise<Member>[], turn: number, settings: Arena['settings']): Promise<string[]> {
  const victim = await memberAt(seats, turn);
  const ended = Promise.race([victim.ended, sleep(COMMIT_PATIENCE_MS, 'surviving')]);
  const successor = ended.then(() => startMember({ settings }));
  const dying = turn % 2 === 0 ? Promise.resolve(victim.kill()) : victim.dieAfterCommit().catch(() => undefined);
  // The dying one needs work to the end, so callers go to its successor only when it is gone.
  await dying;
  const how = await ended;
  seats[turn % seats.length] = successor;
  await successor;
  if (how === 'SIGKILL') return [];
  await victim.stop();
  return [`a process that was to be killed ended by ${how}`];
}

async function stopAll(seats: readonly Promise<Member>[]): Promise<void> {
  for (const seat of await Promise.allSettled(seats)) if (seat.status === 'fulfilled') await seat.value.stop();
}
