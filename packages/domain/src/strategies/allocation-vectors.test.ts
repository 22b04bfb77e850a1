/** The published allocation examples of other systems, where they ask what Granary decides too. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsShared } from '@granary/testkit/shared-folder';
import { endOfDay } from '../rules/calendar.ts';
import { allocate } from '../rules/allocation.ts';
import { passedOver } from '../rules/eligibility.ts';
import { freeOf } from '../entities/batch.ts';
import { expect, test } from 'vitest';
import { after, type BatchFacts, draftWith, NOW } from '../testing/draft-fixture.ts';
import { fefo } from './fefo.ts';
import { fifo } from './fifo.ts';
import { leastBatches } from './least-batches.ts';
import { lifo } from './lifo.ts';
import type { AllocationStrategy } from './strategy.ts';

interface Vector {
  readonly id: string;
  readonly strategy: string;
  readonly candidates: readonly {
    readonly id: string;
    readonly onHand: string;
    readonly reserved?: string;
    readonly threshold?: string;
    readonly priority?: number;
    readonly inStock?: boolean;
    readonly enabled?: boolean;
    readonly inDate?: string;
    readonly expiry?: string;
  }[];
  readonly request: string;
  readonly expected: { readonly allocations: readonly (readonly [string, string])[]; readonly shortfall: string };
}

interface PackageVector {
  readonly id: string;
  readonly packages: readonly { readonly id: string; readonly qty: string }[];
  readonly request: string;
  readonly expected: { readonly packages: readonly string[] };
}

/** What is asked there and not of Granary. */
const SKIPPED: Readonly<Record<string, string>> = {
  'magento-distance': 'Granary knows no distances: a place has a priority',
  'saleor-high-5': 'the fullest place first is no built-in strategy: places are asked by priority',
  'saleor-short-10': 'the same',
  'saleor-res-5': 'the same',
  'saleor-res-3': 'the same',
  'odoo-whole-1': 'parts of units do not exist: quantities are whole numbers of the smallest unit',
  'odoo-closest': 'a place has no shelves: locations have no paths',
  'odoo-closest-lot': 'the same',
  'vendure-thr-pos': 'stock kept back by a threshold does not exist: a threshold raises an alert',
};

/** Quantities with one decimal become whole numbers of tenths. */
const tenths = (text: string) => Math.round(Number(text) * 10);

const strategies: Readonly<Record<string, AllocationStrategy>> = {
  fifo,
  lifo,
  fefo,
  priority: fifo,
  given_order: fifo,
};

/** `priority` makes each candidate a place of its own, `given_order` is the order of receipt; the rest is one place. */
function answer({ strategy, candidates, request }: Vector) {
  const apart = strategy === 'priority';
  const batches = candidates.map((each, at): BatchFacts => ({
    batchId: each.id,
    locationId: apart ? each.id : 'default',
    onHand: tenths(each.onHand),
    reserved: tenths(each.reserved ?? '0'),
    receivedAt: each.inDate === undefined ? after(at - candidates.length) : endOfDay(each.inDate, 'UTC'),
    ...(each.expiry === undefined ? {} : { expiresAt: endOfDay(each.expiry, 'UTC') }),
  }));
  const draft = draftWith({
    batches,
    priorities: Object.fromEntries(candidates.map((each) => [each.id, each.priority ?? 0])),
    inactive: candidates.filter((each) => each.enabled === false || each.inStock === false).map((each) => each.id),
  });
  // The dates of the examples lie early in 2026.
  const now = endOfDay('2026-01-02', 'UTC');
  const open = [...draft.batches.values()].filter(
    (batch) => passedOver(batch, {}, { places: draft, now }) === undefined,
  );
  const { lines, shortfall } = allocate(
    open.map((batch) => ({ ...batch, free: freeOf(batch) })),
    { quantity: tenths(request), strategy: strategies[strategy] ?? fifo, locations: draft.locations, now },
  );
  return { allocations: lines.map((line) => [line.batchId, line.quantity]), shortfall };
}

function read(shared: string): { vectors: readonly Vector[]; leastPackages: readonly PackageVector[] } {
  return JSON.parse(readFileSync(join(shared, 'truth', 'allocation_strategies.json'), 'utf8'));
}

const testWithShared = needsShared(test);

testWithShared('the published allocations are what Granary would allocate', checkAllocations);
testWithShared(
  'every published allocation that is not asked of Granary is named here, and is one that exists',
  checkSkipped,
);
testWithShared('the published choices of packages are what least_batches takes', checkPackages);

function checkAllocations(shared: string): void {
  const asked = read(shared).vectors.filter((vector) => SKIPPED[vector.id] === undefined);
  expect(asked.length).toBeGreaterThanOrEqual(13);
  for (const vector of asked) {
    const { id, strategy } = vector;
    const { allocations, shortfall } = vector.expected;
    const units = allocations.map(([batchId, quantity]) => [batchId, tenths(quantity)]);
    expect(Object.keys(strategies)).toContain(strategy);
    expect({ id, ...answer(vector) }).toEqual({ id, allocations: units, shortfall: tenths(shortfall) });
  }
}

function checkSkipped(shared: string): void {
  const ids = read(shared).vectors.map((vector) => vector.id);
  expect(ids).toEqual(expect.arrayContaining(Object.keys(SKIPPED)));
}

function checkPackages(shared: string): void {
  const { leastPackages } = read(shared);
  expect(leastPackages.length).toBeGreaterThanOrEqual(4);
  for (const { id, packages, request, expected } of leastPackages) {
    const draft = draftWith({ batches: packages.map((each) => ({ batchId: each.id, onHand: tenths(each.qty) })) });
    const candidates = [...draft.batches.values()].map((batch) => ({ ...batch, free: freeOf(batch) }));
    const need = { quantity: tenths(request), strategy: leastBatches, locations: draft.locations, now: NOW };
    const taken = allocate(candidates, need).lines.map((line) => line.batchId);
    expect({ id, packages: taken }).toEqual({ id, packages: expected.packages });
  }
}
