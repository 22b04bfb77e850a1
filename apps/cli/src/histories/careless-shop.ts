/**
 * A shop in memory with clients that overlap, sound or broken in one way as shops are: it looks, waits, and writes what it
 * concluded. It shows that the checker finds what such a shop does, and nothing where it does nothing wrong.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../sample/random.ts';
import type { Answer, Operation } from './history.ts';
import type { Ledger } from './ledger.ts';
import { apply, type Level, opened } from './model.ts';
import type { PlantKind } from './plants.ts';
import type { Shop } from './record.ts';

export interface CarelessShop extends Shop {
  /** The end of its holds; it keeps no movements. */
  ledger(key: string): Ledger;
}

/** Of answers, so that clients overlap. */
const MOST_MS = 3;
/** Changes by which a copy is behind. */
const LAG = 10;

export function createCarelessShop(seed: number, broken?: PlantKind): CarelessShop {
  const random = createRandom(seed);
  const levels = new Map<string, Level>();
  const older = new Map<string, Level[]>();
  const written = new Map<string, Set<string>>();
  const levelOf = (key: string): Level => levels.get(key) ?? opened(0);
  const write = (key: string, level: Level) => {
    older.get(key)?.push(levelOf(key));
    levels.set(key, level);
  };
  const perform = (key: string, operation: Operation, seen: Level): Answer => {
    const outcome = apply(seen, operation);
    if (outcome === undefined) return { kind: 'unknown' };
    const [next, answer] = outcome;
    if (next === seen) return answer;
    const name = operation.kind === 'reserve' ? operation.hold : operation.kind === 'receive' ? operation.document : '';
    written.get(key)?.add(name);
    write(key, merged(levelOf(key), seen, next));
    return answer;
  };
  return {
    open: async (key, quantity) => {
      levels.set(key, opened(quantity));
      older.set(key, []);
      written.set(key, new Set());
    },
    ask: async ({ key, operation }) => {
      await pause(random);
      if (broken === 'stale read' && operation.kind === 'read' && random.chance(0.5))
        return perform(key, operation, older.get(key)?.at(-LAG) ?? levelOf(key));
      // What was a while ago, as a copy that lags tells it.
      const late = older.get(key)?.at(-LAG) ?? levelOf(key);
      const looked = operation.kind === 'reserve' ? late : levelOf(key);
      const isCareless =
        (broken === 'oversell' && operation.kind === 'reserve') ||
        (broken === 'double confirm' && operation.kind === 'confirm');
      if (isCareless) await pause(random);
      const seen = isCareless ? asSeen(looked, levelOf(key), operation) : levelOf(key);
      const answer = perform(key, operation, seen);
      if (operation.kind === 'reserve' && operation.lifeMs !== null && answer.kind === 'hold')
        setTimeout(
          () => perform(key, { kind: 'expire', hold: operation.hold }, levelOf(key)),
          operation.lifeMs,
        ).unref();
      await pause(random);
      return answer;
    },
    ledger: (key) => ({
      readAt: performance.now(),
      entries: [...(written.get(key) ?? [])].map((of) => ({ version: 0, kind: '', of, onHand: 0, reserved: 0 })),
      holds: new Map([...levelOf(key).holds].map(([name, { state, version }]) => [name, { state, version }])),
    }),
  };
}

const pause = (random: Random): Promise<void> => sleep(random.next() * MOST_MS);

/** What it believes: the stock, or the state of the hold, as it was when it looked. */
function asSeen(looked: Level, now: Level, operation: Operation): Level {
  if (operation.kind !== 'confirm') return { ...now, onHand: looked.onHand, reserved: looked.reserved };
  const [was, is] = [looked.holds.get(operation.hold), now.holds.get(operation.hold)];
  if (was === undefined || is === undefined) return now;
  return { ...now, holds: new Map(now.holds).set(operation.hold, { ...is, state: was.state }) };
}

/** What it concluded, upon what is there by now. */
function merged(now: Level, seen: Level, next: Level): Level {
  return {
    ...next,
    onHand: now.onHand + next.onHand - seen.onHand,
    reserved: now.reserved + next.reserved - seen.reserved,
    version: now.version + next.version - seen.version,
  };
}
