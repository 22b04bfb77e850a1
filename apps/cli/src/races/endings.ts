/** One ending: six calls want one reservation at once, some of them around its deadline; exactly one of them ends it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GranaryClient } from '@granary/client';
import type { Reservation } from '@granary/contracts/reservation';
import type { Arena } from './arena.ts';
import { judgeMovements } from './ending-movements.ts';
import {
  type Answers,
  contenders,
  type Contender,
  type Ending,
  explanationOf,
  NOTHING_DUE,
  SWEPT,
} from './legal-ending.ts';
import { codeOf } from './tally.ts';

export interface EndingsResult {
  readonly rounds: number;
  /** How often a reservation ended so. */
  readonly endings: Readonly<Record<string, number>>;
  /** How often a call was accepted. */
  readonly won: Readonly<Record<string, number>>;
  readonly illegal: readonly string[];
  readonly violations: readonly string[];
  readonly ok: boolean;
}

/** Rounds that run side by side share the wait for their deadline. */
const SIDE_BY_SIDE = 50;
const TTL_SECONDS = 1;
const LONG_TTL_SECONDS = 600;
/** The calls of a round start within this span around the deadline. */
const SPREAD_MS = 120;
/** And the others within this span. */
const OPEN_MS = 8;

export async function raceForEndings(
  arena: Arena,
  rounds: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<EndingsResult> {
  const result = { endings: {} as Record<string, number>, won: {} as Record<string, number>, illegal: [] as string[] };
  const count = (record: Record<string, number>, name: string) => (record[name] = (record[name] ?? 0) + 1);
  for (let done = 0; done < rounds; done += SIDE_BY_SIDE) {
    const heat = await heatOf(
      arena,
      Array.from({ length: Math.min(SIDE_BY_SIDE, rounds - done) }, (_, index) => done + index),
    );
    for (const { ending, answers, problems } of heat) {
      count(result.endings, ending.state);
      for (const contender of contenders)
        if (answers[contender] === 'ok' || answers[contender] === SWEPT) count(result.won, contender);
      result.illegal.push(...problems);
    }
    onProgress(done + heat.length);
  }
  const violations = await arena.violations();
  const everyEnding = ['fulfilled', 'released', 'expired'].every((state) => (result.endings[state] ?? 0) > 0);
  const everyWinner = contenders.every((contender) => (result.won[contender] ?? 0) > 0);
  return {
    rounds,
    ...result,
    violations,
    ok: everyEnding && everyWinner && result.illegal.length === 0 && violations.length === 0,
  };
}

interface Round {
  readonly number: number;
  readonly skuId: string;
  readonly reservation: Reservation;
  /** True where the calls are fired around the deadline; elsewhere long before it. */
  readonly atDeadline: boolean;
}

interface Judged {
  readonly ending: Ending;
  readonly answers: Answers;
  readonly problems: readonly string[];
}

async function heatOf(arena: Arena, numbers: readonly number[]): Promise<Judged[]> {
  const lines = numbers.map((number) => ({ skuId: `ROUND-${number}`, quantity: 1, unitCost: '1.00' }));
  await arena.client.inbound.purchase.mutate({ documentNo: `HEAT-${numbers[0]}`, lines });
  const rounds = await Promise.all(numbers.map((number) => begin(arena, number)));
  const sweeps = new Map<string, number>();
  const answers = await Promise.all(rounds.map((round, index) => race(arena, round, { index, sweeps })));
  return Promise.all(
    rounds.map((round, index) => judge(arena, round, withSweep(answers[index], sweeps.get(round.reservation.id) ?? 0))),
  );
}

async function begin(arena: Arena, number: number): Promise<Round> {
  const skuId = `ROUND-${number}`;
  const atDeadline = number % 2 === 0;
  const ttlSeconds = atDeadline ? TTL_SECONDS : LONG_TTL_SECONDS;
  const { client } = arena.fleet.member(number);
  const reservation = await client.reservation.reserve.mutate({
    skuId,
    quantity: 1,
    type: 'cart',
    businessId: skuId,
    ttlSeconds,
  });
  return { number, skuId, reservation, atDeadline };
}

interface Sweeps {
  readonly index: number;
  /** How many sweeps, of any round, said that they ended a reservation. */
  readonly sweeps: Map<string, number>;
}

async function race(arena: Arena, round: Round, { index, sweeps }: Sweeps): Promise<Record<Contender, string>> {
  const { reservation, atDeadline, skuId } = round;
  const answers = {} as Record<Contender, string>;
  const deadline = Date.parse(reservation.expiresAt ?? '');
  if (atDeadline) await sleep(Math.max(0, deadline - Date.now() - SPREAD_MS / 2));
  const start = async (contender: Contender, delayMs: number): Promise<void> => {
    await sleep(delayMs);
    const { client } = arena.fleet.member(index + contenders.indexOf(contender));
    answers[contender] = await send(client, contender, { id: reservation.id, businessId: skuId, sweeps });
  };
  const favoured = favouriteOf(round);
  if (favoured !== undefined) await start(favoured, 0);
  const rest = contenders.filter((contender) => contender !== favoured);
  await Promise.all(rest.map((contender) => start(contender, Math.random() * (atDeadline ? SPREAD_MS : OPEN_MS))));
  return answers;
}

/** In some rounds an extension or a conversion is answered before the others start: by chance both hardly ever win. */
function favouriteOf({ number, atDeadline }: Round): Contender | undefined {
  if (atDeadline) return undefined;
  return ([undefined, 'extend', undefined, 'convert', undefined] as const)[((number - 1) / 2) % 5];
}

async function send(
  client: GranaryClient,
  contender: Contender,
  { id, businessId, sweeps }: { id: string; businessId: string; sweeps: Sweeps['sweeps'] },
): Promise<string> {
  const { reservation } = client;
  try {
    switch (contender) {
      case 'confirm':
      case 'deduct':
      case 'release':
        await reservation[contender].mutate({ id });
        return 'ok';
      case 'extend':
        await reservation.extend.mutate({ id, ttlSeconds: 2 * LONG_TTL_SECONDS });
        return 'ok';
      case 'convert':
        await reservation.convert.mutate({ from: { type: 'cart', businessId }, to: { type: 'order', businessId } });
        return 'ok';
      case 'sweep': {
        const { reservationIds } = await reservation.expireDue.mutate({ limit: 500 });
        for (const swept of reservationIds) sweeps.set(swept, (sweeps.get(swept) ?? 0) + 1);
        return NOTHING_DUE;
      }
    }
  } catch (error) {
    return codeOf(error);
  }
}

/** A reservation may be ended by the sweep of another round: for its own race a sweep is a sweep. */
function withSweep(answers: Record<Contender, string> | undefined, swept: number): Answers {
  if (answers === undefined) throw new Error('a round without answers');
  if (swept === 0) return answers;
  return { ...answers, sweep: swept === 1 ? SWEPT : `swept ${swept} times` };
}

async function judge({ client }: Arena, { reservation, atDeadline, skuId }: Round, answers: Answers): Promise<Judged> {
  const final = await client.reservation.get.query({ id: reservation.id });
  const { items: movements } = await client.stock.movements.query({ skuId, limit: 500 });
  const ending: Ending = { state: final.state, converted: final.type === 'order' };
  const order = explanationOf(answers, ending, atDeadline);
  const problems = judgeMovements({
    movements,
    final,
    deadline: reservation.expiresAt ?? '',
    extended: answers.extend === 'ok',
    confirmed: answers.confirm === 'ok',
  });
  if (order === undefined) problems.push('no order of the calls explains the answers');
  return {
    ending,
    answers,
    problems: problems.map((problem) => `${skuId}: ${problem} ${JSON.stringify({ answers, ending })}`),
  };
}
