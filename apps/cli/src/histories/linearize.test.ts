import { describe, expect, it } from 'vitest';
import { type Answer, type Event, type Operation } from './history.ts';
import { searchOrder } from './check.ts';

let names = 0;

/** A call from one moment to another; one without an end was never answered. */
function call(
  [calledAt, returnedAt = Infinity]: readonly [number, number?],
  operation: Operation,
  answer: Answer = { kind: 'unknown' },
): Event {
  return { name: `E${(names += 1)}`, client: 0, calledAt, returnedAt, operation, answer };
}

const reserve = (hold: string, quantity: number): Operation => ({ kind: 'reserve', hold, quantity, lifeMs: null });
const confirm = (hold: string): Operation => ({ kind: 'confirm', hold });
const release = (hold: string): Operation => ({ kind: 'release', hold });
const receive = (quantity: number): Operation => ({ kind: 'receive', document: 'D', quantity });
const read: Operation = { kind: 'read' };
const held: Answer = { kind: 'hold', state: 'active', version: 1 };
const confirmed: Answer = { kind: 'hold', state: 'confirmed', version: 2 };
const released = (version: number): Answer => ({ kind: 'hold', state: 'released', version });
const received: Answer = { kind: 'received' };
const refused = (why: 'short' | 'expired' | 'ended' | 'missing'): Answer => ({ kind: 'refused', why });
const level = (onHand: number, reserved: number, version: number): Answer => ({
  kind: 'level',
  onHand,
  reserved,
  version,
});

const verdictOf = (events: readonly Event[], mostSteps?: number) =>
  searchOrder({ key: 'K', opening: 5, events }, mostSteps).verdict;

describe('calls that one order explains', () => {
  it.each<[string, readonly Event[]]>([
    ['nothing', []],
    ['one after the other', [call([0, 1], reserve('A', 3), held), call([2, 3], reserve('B', 3), refused('short'))]],
    [
      'a hold that only fits since a receipt was under way',
      [call([0, 9], receive(3), received), call([1, 2], reserve('A', 7), held), call([3, 4], read, level(8, 7, 3))],
    ],
    [
      'a read beside a hold that it saw or did not see',
      [call([0, 9], reserve('A', 3), held), call([1, 2], read, level(5, 0, 1)), call([3, 4], read, level(5, 3, 2))],
    ],
    [
      'a repeated confirm that is told the same',
      [
        call([0, 1], reserve('A', 3), held),
        call([2, 5], confirm('A'), confirmed),
        call([3, 4], confirm('A'), confirmed),
      ],
    ],
    [
      'a release before a confirm that overlaps it',
      [
        call([0, 1], reserve('A', 3), held),
        call([2, 5], confirm('A'), refused('ended')),
        call([3, 4], release('A'), released(2)),
      ],
    ],
    ['an unanswered hold that was made', [call([0], reserve('A', 4)), call([1, 2], reserve('B', 2), refused('short'))]],
    ['an unanswered hold that was not', [call([0], reserve('A', 4)), call([1, 2], reserve('B', 2), held)]],
    [
      'an unanswered hold that was made much later',
      [call([0], reserve('A', 4)), call([1, 2], read, level(5, 0, 1)), call([3, 4], read, level(5, 4, 2))],
    ],
  ])('%s', (_what, events) => {
    expect(verdictOf(events)).toBe('legal');
  });
});

describe('calls that no order explains', () => {
  it.each<[string, readonly Event[]]>([
    ['two holds of the same units', [call([0, 9], reserve('A', 3), held), call([1, 8], reserve('B', 3), held)]],
    [
      'a refusal though there was enough',
      [call([0, 1], reserve('A', 3), held), call([2, 3], reserve('B', 2), refused('short'))],
    ],
    ['a read of what was before', [call([0, 1], receive(1), received), call([2, 3], read, level(5, 0, 1))]],
    [
      'two reads that went back in time',
      [call([0, 9], reserve('A', 3), held), call([1, 2], read, level(5, 3, 2)), call([3, 4], read, level(5, 0, 1))],
    ],
    [
      'a confirm that was told as a second one',
      [
        call([0, 1], reserve('A', 3), held),
        call([2, 5], confirm('A'), confirmed),
        call([3, 4], confirm('A'), { ...confirmed, version: 3 } as Answer),
      ],
    ],
    [
      'a confirm after a release',
      [
        call([0, 1], reserve('A', 3), held),
        call([2, 3], release('A'), released(2)),
        call([4, 5], confirm('A'), confirmed),
      ],
    ],
    ['a hold of which nobody asked for', [call([0, 1], confirm('A'), confirmed)]],
    [
      'a read of a hold that was only asked for afterwards',
      [call([0, 1], read, level(5, 4, 2)), call([2], reserve('A', 4)), call([3, 4], read, level(5, 4, 2))],
    ],
    [
      'an unanswered hold that came and went',
      [call([0], reserve('A', 4)), call([1, 2], read, level(5, 4, 2)), call([3, 4], read, level(5, 0, 3))],
    ],
  ])('%s', (_what, events) => {
    expect(verdictOf(events)).toBe('illegal');
  });
});

it('says so when it gives up', () => {
  const crowd = Array.from({ length: 12 }, (_, each) => call([0, 99], reserve(`A${each}`, 1), held));
  expect([verdictOf(crowd, 1_000), verdictOf(crowd)]).toEqual(['undecided', 'illegal']);
});
