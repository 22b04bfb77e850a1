/** The worker opens all books that can be opened, says which cannot, and looks again later. */
import { expect, test } from 'vitest';
import { createCostOpening } from './cost-opening.ts';

test('a pass goes on at once where it stands, tells what it cannot open, and then rests', async () => {
  const asked: string[] = [];
  const said: unknown[] = [];
  const pages = [
    { skus: 2, refused: [], next: 'B' },
    { skus: 0, refused: [{ skuId: 'C', cause: 'nobody knows what a unit costs' }], next: 'C' },
    { skus: 0, refused: [], next: null },
  ];
  const open = async ({ after = '' }: { readonly after?: string }) => {
    asked.push(after);
    return pages[(asked.length - 1) % pages.length] ?? { skus: 0, refused: [], next: null };
  };
  const log = (level: string, _message: string, facts?: object) => void said.push([level, facts]);
  const { round } = createCostOpening({ cost: { open }, log, intervalMs: 7 });
  expect([await round(), await round(), await round(), await round()]).toEqual([0, 0, 7, 0]);
  expect(asked).toEqual(['', 'B', 'C', '']);
  expect(said.slice(0, 2)).toEqual([
    ['info', { skus: 2 }],
    ['warn', { skuId: 'C', cause: 'nobody knows what a unit costs' }],
  ]);
});
