import { describe, expect, it } from 'vitest';
import { skus } from './catalogue.ts';
import { tellStory } from './story.ts';

const now = new Date('2026-11-20T15:00:00Z');
const story = tellStory({ seed: 7, now });
const ofKind = (kind: string) => story.filter((step) => step.kind === kind);

describe('the story of the sample', () => {
  it('is the same for the same seed and another one for another', () => {
    expect(tellStory({ seed: 7, now })).toEqual(story);
    expect(tellStory({ seed: 8, now })).not.toEqual(story);
  });

  it('happens in the past, in order', () => {
    const times = story.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    expect((times.at(-1) ?? '') <= now.toISOString()).toBe(true);
  });

  it('has sixty SKUs in three places, purchases, till sales, orders, returns and carts', () => {
    expect(skus).toHaveLength(60);
    expect(new Set(skus.map(({ skuId }) => skuId)).size).toBe(60);
    expect(ofKind('purchase').length).toBeGreaterThan(20);
    expect(ofKind('till').length).toBeGreaterThan(80);
    expect(ofKind('order').length).toBeGreaterThan(300);
    expect(ofKind('order').length).toBeLessThan(900);
    expect(ofKind('return').length).toBeGreaterThan(5);
    expect(story.filter((step) => step.kind === 'cart' && !step.released).length).toBeGreaterThan(5);
    expect(story.filter((step) => step.kind === 'cart' && step.released).length).toBeGreaterThan(1);
    expect(story.filter((step) => step.kind === 'order' && !step.shipped).length).toBeGreaterThan(0);
  });

  it('sells more of a seasonal product at the end and nothing of an intermittent one on most days', () => {
    const sold = (skuId: string, from: string, to: string) =>
      story
        .filter((step) => (step.kind === 'order' || step.kind === 'till') && step.at >= from && step.at < to)
        .flatMap(({ lines }) => lines)
        .filter((line) => line.skuId.startsWith(skuId))
        .reduce((sum, { quantity }) => sum + quantity, 0);
    expect(sold('HOODIE', '2026-10-23', '2026-11-20')).toBeGreaterThan(
      1.3 * sold('HOODIE', '2026-09-25', '2026-10-23'),
    );
    const days = new Set(
      ofKind('order').flatMap(({ at, lines }) =>
        lines.some(({ skuId }) => skuId === 'STOVE-GAS') ? [at.slice(0, 10)] : [],
      ),
    );
    expect(days.size).toBeLessThan(20);
  });

  it('never sells more at a place than was delivered there before', () => {
    const stock = new Map<string, number>();
    const add = (skuId: string, place: string, quantity: number) => {
      const left = (stock.get(`${skuId} ${place}`) ?? 0) + quantity;
      expect(left).toBeGreaterThanOrEqual(0);
      stock.set(`${skuId} ${place}`, left);
    };
    for (const step of story) {
      const sign = step.kind === 'purchase' ? 1 : step.kind === 'return' ? 0 : -1;
      for (const line of step.lines) {
        const expired = 'expiresAt' in line && line.expiresAt !== undefined && line.expiresAt < '2026-11-20';
        add(line.skuId, line.locationId ?? 'default', expired ? 0 : sign * line.quantity);
      }
    }
  });
});
