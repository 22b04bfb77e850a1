import { describe, expect, it } from 'vitest';
import type { Answer, Event, LevelHistory, Operation } from './history.ts';
import type { Ending, Entry, Ledger } from './ledger.ts';
import { settled } from './settle.ts';
import { versionProblems } from './version-order.ts';

const call = (name: string, [calledAt, returnedAt]: readonly [number, number], [operation, answer]: Told): Event => {
  return { name, client: 0, calledAt, returnedAt, operation, answer };
};
type Told = readonly [Operation, Answer];
const reserve = (hold: string, quantity: number): Operation => ({ kind: 'reserve', hold, quantity, lifeMs: null });
const held: Answer = { kind: 'hold', state: 'active', version: 1 };
const unknown: Answer = { kind: 'unknown' };

const hold = call('hold A', [0, 1], [reserve('A', 3), held]);
const receipt = call('receipt', [2, 3], [{ kind: 'receive', document: 'D', quantity: 2 }, { kind: 'received' }]);
const read = call('read', [4, 5], [{ kind: 'read' }, { kind: 'level', onHand: 7, reserved: 3, version: 3 }]);
const released: Answer = { kind: 'hold', state: 'released', version: 2 };
const release = call('release', [6, 7], [{ kind: 'release', hold: 'A' }, released]);
const level: LevelHistory = { key: 'K', opening: 5, events: [hold, receipt, read, release] };

const entry = (version: number, what: string, [onHand, reserved]: readonly [number, number]): Entry => {
  const [kind = '', of = ''] = what.split(' ');
  return { version, kind, of, onHand, reserved };
};
const entries = [
  entry(1, 'receive opening', [5, 0]),
  entry(2, 'reserve A', [5, 3]),
  entry(3, 'receive D', [7, 3]),
  entry(4, 'release A', [7, 0]),
];
const ledger: Ledger = { entries, holds: new Map([['A', { state: 'released', version: 2 }]]), readAt: 20 };

const withEvent = (old: Event, changed: Partial<Event>): LevelHistory => ({
  ...level,
  events: level.events.map((event) => (event === old ? { ...event, ...changed } : event)),
});
const withEntries = (...changed: readonly Entry[]): Ledger => ({ ...ledger, entries: changed });
const at = (place: number): Entry => entries[place] ?? entry(0, ' ', [0, 0]);

interface Case {
  readonly what: string;
  readonly kept?: Ledger;
}
interface Wrong extends Case {
  readonly history?: LevelHistory;
  readonly problem: string;
}
interface Unanswered extends Case {
  readonly changed: Partial<Event>;
  readonly expected: readonly string[];
}

describe('the order of the ledger', () => {
  it('explains what it fits', () => {
    expect(versionProblems(level, ledger)).toEqual([]);
  });

  it.each<Wrong>([
    {
      what: 'a movement that nobody asked for',
      kept: withEntries(...entries, entry(5, 'reserve B', [7, 1])),
      problem: 'movement 5, reserve of B, could not be here',
    },
    {
      what: 'more held than there is',
      history: withEvent(hold, { operation: reserve('A', 6) }),
      kept: withEntries(at(0), entry(2, 'reserve A', [5, 6])),
      problem: 'movement 2, reserve of A, could not be here',
    },
    {
      what: 'balances that do not follow',
      kept: withEntries(at(0), at(1), entry(3, 'receive D', [8, 3]), at(3)),
      problem: 'movement 3 leaves 8 with 3 held, and should be 3 and leave 7 with 3',
    },
    {
      what: 'a version left out',
      kept: withEntries(at(0), at(1), { ...at(2), version: 4 }),
      problem: 'should be 3',
    },
    {
      what: 'an acknowledged release that is not there',
      kept: withEntries(at(0), at(1), at(2)),
      problem: 'release A was acknowledged and is not there',
    },
    {
      what: 'a refused hold that is there',
      history: withEvent(hold, { answer: { kind: 'refused', why: 'short' } }),
      problem: 'reserve A was refused and is there',
    },
    {
      what: 'a read of what never was',
      history: withEvent(read, { answer: { kind: 'level', onHand: 7, reserved: 2, version: 3 } }),
      problem: 'read told 7 with 2 held at version 3, where 7 with 3 were',
    },
    {
      what: 'a read of what was no more',
      history: withEvent(read, { answer: { kind: 'level', onHand: 5, reserved: 3, version: 2 } }),
      problem: 'read stands at version 2, though receipt at version 3 was over before it began',
    },
    {
      what: 'a receipt that stands before a hold that was over when it began',
      kept: withEntries(at(0), entry(2, 'receive D', [7, 0]), entry(3, 'reserve A', [7, 3]), at(3)),
      problem: 'receipt stands at version 2, though hold A at version 3 was over before it began',
    },
    {
      what: 'a hold that is told as two things at one version',
      kept: { ...ledger, holds: new Map([['A', { state: 'confirmed', version: 2 }]]) },
      problem: 'A at version 2 is confirmed, and was told as released',
    },
  ])('finds $what', ({ history = level, kept = ledger, problem }) => {
    expect(versionProblems(history, kept).join('\n')).toContain(problem);
  });
});

describe('what is never answered', () => {
  const ending = (state: Ending['state'], version: number) => new Map([['A', { state, version }]]);
  const never = { answer: unknown, returnedAt: Infinity };

  it.each<Unanswered>([
    {
      what: 'is left out when its hold is not there',
      changed: { ...never, operation: reserve('X', 1) },
      expected: ['look X'],
    },
    {
      what: 'has happened by the end when its hold is there',
      changed: never,
      expected: ['reserve A at 20', 'look A'],
    },
    {
      what: 'may have happened when the hold has ended so',
      changed: { ...never, operation: { kind: 'release', hold: 'A' } },
      expected: ['release A at Infinity'],
    },
    {
      what: 'has not when it has ended otherwise',
      changed: { ...never, operation: { kind: 'release', hold: 'A' } },
      kept: { ...ledger, holds: ending('confirmed', 2) },
      expected: [],
    },
  ])('$what', ({ changed, kept = ledger, expected }) => {
    const { events } = settled({ ...level, events: [{ ...hold, ...changed }] }, kept);
    const told = events.map(({ operation, returnedAt }) => {
      const name = 'hold' in operation ? operation.hold : '';
      return `${operation.kind} ${name}${operation.kind === 'look' ? '' : ` at ${returnedAt}`}`;
    });
    expect(told).toEqual(expected);
  });

  it('is an expiry, when the hold has expired: after its deadline and before the end', () => {
    const short = { ...hold, operation: { kind: 'reserve', hold: 'A', quantity: 3, lifeMs: 10 } } as const;
    const { events } = settled({ ...level, events: [short] }, { ...ledger, holds: ending('expired', 2) });
    const expiry = events.find(({ operation }) => operation.kind === 'expire');
    expect(expiry).toMatchObject({ returnedAt: 20, answer: { kind: 'hold', state: 'expired', version: 2 } });
  });
});
