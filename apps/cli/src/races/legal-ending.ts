/**
 * Judges a race for one reservation: six calls were sent at once, each got an answer, and the reservation ended somehow. The
 * race was legal when some order of the six calls, one after another, would have given exactly these answers and this end
 * by SPEC section 4. The deadline may pass at any point of that order.
 */

export const contenders = ['confirm', 'deduct', 'release', 'convert', 'extend', 'sweep'] as const;
export type Contender = (typeof contenders)[number];

/** `ok`, or the code of the refusal; for the sweep whether it was this sweep that ended the reservation. */
export type Answers = Readonly<Record<Contender, string>>;

export interface Ending {
  readonly state: 'active' | 'confirmed' | 'fulfilled' | 'released' | 'expired';
  /** Whether it belongs to the business id that it was converted to. */
  readonly converted: boolean;
}

interface World extends Ending {
  readonly overdue: boolean;
  /** An extended hold outlives the race. */
  readonly extended: boolean;
}

const INVALID_STATE = 'INV_010';
const EXPIRED = 'INV_003';
export const SWEPT = 'swept';
export const NOTHING_DUE = 'nothing due';

/** An order of the calls that explains what was seen; undefined when there is none. */
export function explanationOf(answers: Answers, ending: Ending, couldExpire: boolean): readonly string[] | undefined {
  const start: World = { state: 'active', converted: false, overdue: false, extended: false };
  return search(start, [], { answers, ending, couldExpire, left: contenders });
}

interface Seen {
  readonly answers: Answers;
  readonly ending: Ending;
  readonly couldExpire: boolean;
  readonly left: readonly Contender[];
}

function search(world: World, order: readonly string[], seen: Seen): readonly string[] | undefined {
  if (seen.left.length === 0) {
    return world.state === seen.ending.state && world.converted === seen.ending.converted ? order : undefined;
  }
  for (const contender of seen.left) {
    const [answer, next] = step(world, contender);
    if (answer !== seen.answers[contender]) continue;
    const found = search(next, [...order, contender], {
      ...seen,
      left: seen.left.filter((other) => other !== contender),
    });
    if (found !== undefined) return found;
  }
  if (!seen.couldExpire || world.overdue || world.extended || world.state !== 'active') return undefined;
  return search({ ...world, overdue: true }, [...order, 'the deadline passes'], seen);
}

/** What a call answers and leaves behind; whoever meets an overdue hold expires it first. */
function step(world: World, contender: Contender): readonly [string, World] {
  if (world.state === 'active' && world.overdue) {
    return [contender === 'sweep' ? SWEPT : EXPIRED, { ...world, state: 'expired' }];
  }
  if (contender === 'sweep') return [NOTHING_DUE, world];
  if (world.state === 'expired') return [EXPIRED, world];
  switch (contender) {
    case 'confirm':
      if (world.state === 'released') return [INVALID_STATE, world];
      return ['ok', world.state === 'active' ? { ...world, state: 'confirmed' } : world];
    case 'deduct':
      return world.state === 'released' ? [INVALID_STATE, world] : ['ok', { ...world, state: 'fulfilled' }];
    case 'release':
      return world.state === 'fulfilled' ? [INVALID_STATE, world] : ['ok', { ...world, state: 'released' }];
    case 'extend':
      return world.state === 'active' ? ['ok', { ...world, extended: true }] : [INVALID_STATE, world];
    case 'convert':
      return world.state === 'active' || world.state === 'confirmed'
        ? ['ok', { ...world, converted: true }]
        : [INVALID_STATE, world];
  }
}
