/** The order in which each strategy takes batches, ties included. */
import { describe, expect, test } from 'vitest';
import type { Money } from '@granary/contracts/money';
import { candidate, type CandidateFacts } from '../testing/candidates.ts';
import { after, NOW } from '../testing/draft-fixture.ts';
import { costOptimized } from './cost-optimized.ts';
import { fefo } from './fefo.ts';
import { fifo } from './fifo.ts';
import { lifo } from './lifo.ts';
import { ascending, orderedBy } from './strategy.ts';

const cost = (micros: bigint) => ({ unitCost: micros as Money });

describe.each([fifo, lifo, fefo, costOptimized].map((strategy) => [strategy.name, strategy] as const))(
  '%s',
  (name, strategy) => {
    test.each<[string, CandidateFacts[], Readonly<Record<string, string>>]>([
      [
        'received on three days',
        [
          { batchId: 'b', receivedAt: after(-20) },
          { batchId: 'c', receivedAt: after(-10) },
          { batchId: 'a', receivedAt: after(-30) },
        ],
        { fifo: 'a b c', lifo: 'c b a', fefo: 'a b c', cost_optimized: 'a b c' },
      ],
      [
        'received at once: ties break by id, in the strategy’s own direction',
        [{ batchId: 'b' }, { batchId: 'c' }, { batchId: 'a' }],
        { fifo: 'a b c', lifo: 'c b a', fefo: 'a b c', cost_optimized: 'a b c' },
      ],
      [
        'a microsecond apart',
        [
          { batchId: 'a', receivedAt: '2026-11-20T10:00:00.000001Z' as typeof NOW },
          { batchId: 'b', receivedAt: NOW },
        ],
        { fifo: 'b a', lifo: 'a b', fefo: 'b a', cost_optimized: 'b a' },
      ],
      [
        'with and without a date',
        [{ batchId: 'a' }, { batchId: 'b', expiresAt: after(200) }, { batchId: 'c', expiresAt: after(100) }],
        { fifo: 'a b c', lifo: 'c b a', fefo: 'c b a', cost_optimized: 'a b c' },
      ],
      [
        'with one date: the older receipt first',
        [
          { batchId: 'a', expiresAt: after(9), receivedAt: after(-1) },
          { batchId: 'b', expiresAt: after(9), receivedAt: after(-2) },
        ],
        { fifo: 'b a', lifo: 'a b', fefo: 'b a', cost_optimized: 'b a' },
      ],
      [
        'at three costs',
        [
          { batchId: 'a', ...cost(10_000_000n) },
          { batchId: 'b', ...cost(9_000_000n) },
          { batchId: 'c', ...cost(1n) },
        ],
        { fifo: 'a b c', lifo: 'c b a', fefo: 'a b c', cost_optimized: 'c b a' },
      ],
      [
        'at one cost: the older receipt first',
        [
          { batchId: 'a', receivedAt: after(-1) },
          { batchId: 'b', receivedAt: after(-2) },
        ],
        { fifo: 'b a', lifo: 'a b', fefo: 'b a', cost_optimized: 'b a' },
      ],
      ['none', [], { fifo: '', lifo: '', fefo: '', cost_optimized: '' }],
    ])('of batches %s', (_what, facts, expected) => {
      const given = facts.map(candidate);
      const before = structuredClone(given);
      const ordered = strategy.order(given, { quantity: 1, now: NOW });
      expect(ordered.map((each) => each.batchId).join(' ')).toBe(expected[name]);
      expect(given).toEqual(before);
    });
  },
);

test('a strategy that a user writes is a name, a scan and a comparison', () => {
  const largest = orderedBy('largest_first', 'all', (a, b) => ascending(b.free, a.free));
  const given = [
    candidate({ batchId: 'a', free: 1 }),
    candidate({ batchId: 'b', free: 3 }),
    candidate({ batchId: 'c', free: 2 }),
  ];
  expect(largest).toMatchObject({ name: 'largest_first', scan: 'all' });
  expect(largest.order(given, { quantity: 1, now: NOW }).map((each) => each.batchId)).toEqual(['b', 'c', 'a']);
});
