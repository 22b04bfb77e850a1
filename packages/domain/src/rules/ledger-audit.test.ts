/** The audit of a ledger finds each thing that can be wrong with it, and says where. */
import { describe, expect, test } from 'vitest';
import { emptyLevel, type LevelRow } from '../entities/level.ts';
import type { MovementRow } from '../entities/movement.ts';
import { after, COMMAND, draftWith, sha256 } from '../testing/draft-fixture.ts';
import { levelAgainstLedger, walkLedger } from './ledger-audit.ts';
import { post } from './post.ts';

/** Twenty in, five held, three of those shipped, two given back; in two batches. */
function ledger(): { movements: MovementRow[]; level: LevelRow } {
  const draft = draftWith({
    batches: [
      { batchId: 'a', onHand: 0 },
      { batchId: 'b', onHand: 0 },
    ],
  });
  const move = (batchId: string, kind: MovementRow['kind'], deltas: readonly [number, number]) =>
    post(draft, {
      kind,
      batchId,
      onHandDelta: deltas[0],
      reservedDelta: deltas[1],
      commandId: COMMAND,
      documentId: 'D',
    });
  move('a', 'receive', [12, 0]);
  move('b', 'receive', [8, 0]);
  move('a', 'reserve', [0, 5]);
  move('a', 'deduct', [-3, -3]);
  move('a', 'release', [0, -2]);
  const [level] = draft.levels.values();
  if (level === undefined) throw new Error('no level');
  return { movements: draft.movements, level };
}

function walk(movements: readonly MovementRow[]) {
  const audit = walkLedger(sha256);
  for (const movement of movements) audit.step(movement);
  return {
    found: audit.violations.map(({ invariant, row }) => `${invariant} ${row.split(' / ').at(-1)}`),
    replayed: audit.replayed(),
  };
}

/** Spoils one row. */
function spoiled(version: number, change: Partial<MovementRow>): MovementRow[] {
  return ledger().movements.map((movement) => (movement.version === version ? { ...movement, ...change } : movement));
}

test('a sound ledger tells no violation, and where its level and batches stand', () => {
  const { movements, level } = ledger();
  const { found, replayed } = walk(movements);
  expect(found).toEqual([]);
  expect(replayed).toMatchObject({ onHand: 17, reserved: 0, version: 5, onHandVersion: 4, headHash: level.headHash });
  expect(replayed.batches.get('a')).toEqual({ onHand: 9, reserved: 0, locked: 0, deficit: 0 });
  expect(replayed.batches.get('b')).toEqual({ onHand: 8, reserved: 0, locked: 0, deficit: 0 });
  expect(levelAgainstLedger(level, replayed)).toEqual([]);
});

test('a level that never moved is sound', () => {
  expect(levelAgainstLedger(emptyLevel('S', 'default'), walk([]).replayed)).toEqual([]);
});

describe('a ledger with', () => {
  const all = () => ledger().movements;
  test.each<[string, () => MovementRow[], string[]]>([
    ['another figure', () => spoiled(3, { reservedDelta: 4 }), ['I3 3', 'I10 3']],
    ['another balance', () => spoiled(3, { onHand: 21 }), ['I3 3', 'I10 3', 'I3 4']],
    ['another cause', () => spoiled(4, { reservationId: 'somebody-else' }), ['I10 4']],
    ['another reason', () => spoiled(2, { reason: 'edited' }), ['I10 2']],
    ['another time', () => spoiled(1, { occurredAt: after(-99) }), ['I10 1']],
    ['another hash', () => spoiled(2, { hash: sha256('forged') }), ['I10 2', 'I10 3']],
    ['a row missing at the front', () => all().slice(1), ['I4 2', 'I3 2', 'I10 2']],
    ['a row missing inside', () => all().filter((movement) => movement.version !== 3), ['I4 4', 'I3 4', 'I10 4']],
    ['a row twice', () => [...all().slice(0, 2), ...all().slice(1)], ['I4 2', 'I3 2', 'I10 2']],
    [
      'two rows exchanged',
      () => [all()[1], all()[0], ...all().slice(2)].flatMap((each) => each ?? []),
      ['I4 2', 'I3 2', 'I10 2', 'I4 1', 'I3 1', 'I10 1', 'I4 3', 'I3 3', 'I10 3'],
    ],
    ['time that runs backwards', () => spoiled(4, { recordedAt: after(-99) }), ['I10 4', 'I10 4']],
  ])('%s', (_what, spoil, expected) => {
    expect(walk(spoil()).found).toEqual(expected);
  });

  test('its last row gone is found by the level', () => {
    const { movements, level } = ledger();
    const found = levelAgainstLedger(level, walk(movements.slice(0, -1)).replayed);
    expect(found.map((each) => each.invariant)).toEqual(['I3', 'I4', 'I10']);
  });
});

test.each<[keyof LevelRow, unknown, string]>([
  ['onHand', 18, 'I3'],
  ['reserved', 1, 'I3'],
  ['locked', 1, 'I3'],
  ['deficit', 1, 'I3'],
  ['version', 6, 'I4'],
  ['onHandVersion', 5, 'I3'],
  ['headHash', sha256('forged'), 'I10'],
])('a level with another %s does not agree with its ledger', (field, value, invariant) => {
  const { movements, level } = ledger();
  const found = levelAgainstLedger({ ...level, [field]: value }, walk(movements).replayed);
  expect(found.map((each) => `${each.invariant} ${each.row}`)).toEqual([`${invariant} level S / default`]);
});
