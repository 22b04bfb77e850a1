/** What an adjustment or a count posts, as tables; and that a refused one leaves the draft as it was. */
import type { Money } from '@granary/contracts/money';
import { describe, expect, test } from 'vitest';
import { fifo } from '../strategies/fifo.ts';
import { after, type BatchFacts, COMMAND, draftWith, hold, moves, NOW, unsoundness } from '../testing/draft-fixture.ts';
import { type AdjustLine, type AdjustRequest, decideAdjustment } from './adjust.ts';

const batches: readonly BatchFacts[] = [
  { batchId: 'expired', onHand: 3, expiresAt: after(-1), receivedAt: after(-900) },
  { batchId: 'old', onHand: 4, receivedAt: after(-800) },
  { batchId: 'new', onHand: 5, receivedAt: after(-700), unitCost: 3_000_000n as Money },
  { batchId: 'frozen', onHand: 6, receivedAt: after(-600), status: 'frozen', frozenBy: 'a-lock' },
];
const holds = [hold({ reservationId: 'r', of: { old: 1 } })];

function line(wanted: AdjustLine['wanted'], more: Partial<AdjustLine> = {}): AdjustLine {
  return { skuId: 'S', locationId: 'default', wanted, strategy: fifo, path: '', ...more };
}

function request(lines: readonly AdjustLine[], kind: AdjustRequest['kind'] = 'adjust'): AdjustRequest {
  return { kind, commandId: COMMAND, documentId: 'doc', occurredAt: NOW, reason: 'why', lines };
}

describe('what is posted', () => {
  test.each<[string, AdjustLine, string[]]>([
    ['a minus, oldest first, over what is free and good', line({ delta: -4 }), ['old -3', 'new -1']],
    ['a minus of a named batch that has expired', line({ delta: -2 }, { batchId: 'expired' }), ['expired -2']],
    ['a plus into the newest that is open', line({ delta: 2 }), ['new 2']],
    ['a plus into a named batch', line({ delta: 2 }, { batchId: 'old' }), ['old 2']],
    ['a count below the books', line({ counted: 16, onHandVersion: 0 }), ['old -2']],
    ['a count above the books', line({ counted: 20, onHandVersion: 0 }), ['new 2']],
    ['a count of a batch', line({ counted: 1, onHandVersion: 0 }, { batchId: 'old' }), ['old -3']],
    ['a count that agrees', line({ counted: 18, onHandVersion: 0 }), []],
  ])('%s', (_what, wanted, posted) => {
    const draft = draftWith({ batches, holds });
    const outcome = decideAdjustment(draft, request([wanted]));
    if (!outcome.ok) throw outcome.refusal;
    const { draft: done, lines } = outcome.answer;
    expect(lines.map(({ batchId, quantity }) => `${batchId} ${quantity}`)).toEqual(posted);
    expect(moves(done)).toEqual(posted.map((each) => `adjust ${each} 0`));
    expect(unsoundness(done)).toEqual([]);
    expect(moves(draft), 'the draft that was given').toEqual([]);
  });
});

describe('what is refused', () => {
  test.each<[string, AdjustLine, string, object]>([
    ['more than is free', line({ delta: -9 }), 'INV_002', { lines: [{ requested: 9, available: 8 }] }],
    [
      'more than is free of a batch',
      line({ delta: -4 }, { batchId: 'old' }),
      'INV_002',
      { lines: [{ batchId: 'old', requested: 4, available: 3 }] },
    ],
    [
      'a count at another version',
      line({ counted: 1, onHandVersion: 7 }),
      'INV_010',
      { current: [{ line: 1, onHand: 18, onHandVersion: 0, batchId: null }] },
    ],
    [
      'a plus without any cost',
      line({ delta: 1 }, { locationId: 'bare' }),
      'INV_005',
      { issues: [{ path: 'unitCost' }] },
    ],
  ])('%s', (...[, wanted, code, details]) => {
    const levels = [{ locationId: 'bare' }];
    const draft = draftWith({ batches, holds, levels, priorities: { bare: 1 } });
    const outcome = decideAdjustment(draft, request([wanted]));
    expect(outcome).toMatchObject({ ok: false, refusal: { code, details } });
    expect(moves(draft)).toEqual([]);
  });
});

test('a deficit is settled by what is found, and a count ends at what was counted', () => {
  const levels = [{ locationId: 'default', deficit: 2 }];
  for (const [wanted, onHand] of [
    [line({ delta: 5 }, { batchId: 'new' }), 21],
    [line({ counted: 20, onHandVersion: 0 }), 20],
    [line({ counted: 7, onHandVersion: 0 }, { batchId: 'new' }), 20],
  ] as const) {
    const outcome = decideAdjustment(draftWith({ batches, holds, levels }), request([wanted], 'count'));
    if (!outcome.ok) throw outcome.refusal;
    const [level] = outcome.answer.draft.levels.values();
    expect(level).toMatchObject({ onHand, deficit: 0 });
  }
});
