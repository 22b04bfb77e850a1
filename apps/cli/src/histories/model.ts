/** One level by the specification, one operation after the other (SPEC section 4). Pure: every state stays as it was. */
import type { ReservationState } from '@granary/contracts/reservation';
import type { Answer, Event, Operation, Refusal } from './history.ts';

interface Hold {
  readonly quantity: number;
  readonly state: ReservationState;
  readonly version: number;
  readonly mayExpire: boolean;
}

export interface Level {
  readonly onHand: number;
  readonly reserved: number;
  /** The number of its movements. */
  readonly version: number;
  readonly holds: ReadonlyMap<string, Hold>;
}

export const opened = (onHand: number): Level => ({ onHand, reserved: 0, version: 1, holds: new Map() });

/** What the level is after the operation, and what its asker must be told; undefined where it could not be asked. */
export function apply(level: Level, operation: Operation): readonly [Level, Answer] | undefined {
  switch (operation.kind) {
    case 'read':
      return [level, { kind: 'level', onHand: level.onHand, reserved: level.reserved, version: level.version }];
    case 'receive':
      return [
        { ...level, onHand: level.onHand + operation.quantity, version: level.version + 1 },
        { kind: 'received' },
      ];
    case 'reserve':
      return reserve(level, operation);
    case 'confirm':
    case 'release':
    case 'look':
    case 'expire':
      return ofHold(level, operation.kind, operation.hold);
  }
}

function reserve(level: Level, { hold, quantity, lifeMs }: Extract<Operation, { kind: 'reserve' }>) {
  if (quantity > level.onHand - level.reserved) return refused(level, 'short');
  return held(level, hold, { quantity, state: 'active', version: 1, mayExpire: lifeMs !== null });
}

function ofHold(level: Level, kind: 'confirm' | 'release' | 'look' | 'expire', name: string) {
  const hold = level.holds.get(name);
  if (hold === undefined) return kind === 'expire' ? undefined : refused(level, 'missing');
  const { state, version } = hold;
  const same: readonly [Level, Answer] = [level, { kind: 'hold', state, version }];
  switch (kind) {
    case 'look':
      return same;
    case 'expire':
      return state === 'active' && hold.mayExpire ? turned(level, name, 'expired') : undefined;
    case 'confirm':
      if (state === 'active') return turned(level, name, 'confirmed');
      return state === 'confirmed' ? same : refused(level, state === 'expired' ? 'expired' : 'ended');
    case 'release':
      if (state === 'active' || state === 'confirmed') return turned(level, name, 'released');
      return state === 'released' ? same : refused(level, state === 'expired' ? 'expired' : 'ended');
  }
}

function turned(level: Level, name: string, state: ReservationState) {
  const hold = level.holds.get(name);
  if (hold === undefined) throw new Error(`there is no hold ${name}`);
  return held(level, name, { ...hold, state, version: hold.version + 1 });
}

const heldBy = (hold: Hold | undefined): number =>
  hold?.state === 'active' || hold?.state === 'confirmed' ? hold.quantity : 0;

/** A change of what is held is a movement; a confirm is none. */
function held(level: Level, name: string, hold: Hold): readonly [Level, Answer] {
  const change = heldBy(hold) - heldBy(level.holds.get(name));
  const { state, version } = hold;
  const next = {
    ...level,
    reserved: level.reserved + change,
    version: level.version + (change === 0 ? 0 : 1),
    holds: new Map(level.holds).set(name, hold),
  };
  return [next, { kind: 'hold', state, version }];
}

const refused = (level: Level, why: Refusal): readonly [Level, Answer] => [level, { kind: 'refused', why }];

/** The level after this event; undefined when it cannot have happened here, or would be of no use here. */
export function step(level: Level, { operation, answer }: Event): Level | undefined {
  const outcome = apply(level, operation);
  if (outcome === undefined) return undefined;
  const [next, due] = outcome;
  // Of what nobody was told, only what it changes can explain anything.
  if (answer.kind === 'unknown') return next === level ? undefined : next;
  return sameAnswer(due, answer) ? next : undefined;
}

export function sameAnswer(one: Answer, other: Answer): boolean {
  switch (one.kind) {
    case 'received':
    case 'unknown':
      return other.kind === one.kind;
    case 'refused':
      return other.kind === 'refused' && other.why === one.why;
    case 'hold':
      return other.kind === 'hold' && other.state === one.state && other.version === one.version;
    case 'level':
      return (
        other.kind === 'level' &&
        other.onHand === one.onHand &&
        other.reserved === one.reserved &&
        other.version === one.version
      );
  }
}
