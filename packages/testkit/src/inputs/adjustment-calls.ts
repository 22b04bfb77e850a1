/** A valid call of every procedure about adjustments and counts, with every field filled in. */
import type { MakeBase } from './base-inputs.ts';
import type { Fixtures } from './fixtures.ts';

const page = { limit: 10 };
const BEFORE = '2026-01-02T03:04:05Z';
const FAR = '2031-06-30T00:00:00Z';
const header = { reasonCode: 'correction', reason: 'A reason', operator: 'Somebody', occurredAt: BEFORE };

/** A thousand units lie there, by one receipt. */
const place = async (fixtures: Fixtures) => {
  const { skuId, locationId, batchId } = await fixtures.stocked();
  return { skuId, locationId, batchId };
};
/** A cost belongs to a plus alone, so the line whose delta is tried has none. */
const adjusted = async (fixtures: Fixtures) => {
  const [plain, costly] = [await place(fixtures), await place(fixtures)];
  return [
    { ...plain, delta: 5 },
    { ...costly, delta: 5, unitCost: '2.50' },
  ];
};
const counted = async (fixtures: Fixtures) => ({
  ...(await place(fixtures)),
  ...{ counted: 1005, onHandVersion: 1, unitCost: '2.50' },
});

export const adjustmentCalls: Readonly<Record<string, MakeBase>> = {
  'adjustment.adjust': async (fixtures) =>
    (await adjusted(fixtures)).map((line) => ({ ...line, ...header, adjustmentNo: fixtures.name() })),
  'adjustment.adjustMany': async (fixtures) =>
    (await adjusted(fixtures)).map((line) => ({ ...header, adjustmentNo: fixtures.name(), lines: [line] })),
  'adjustment.count': async (fixtures) => [{ ...(await counted(fixtures)), ...header, countNo: fixtures.name() }],
  'adjustment.countMany': async (fixtures) => [
    { ...header, countNo: fixtures.name(), lines: [await counted(fixtures)] },
  ],
  'adjustment.get': async (fixtures) => {
    const { documentNo, documentId } = await fixtures.adjustment();
    return [{ id: documentId }, { type: 'adjustment', documentNo }];
  },
  'adjustment.list': async () => [{ type: 'count', reasonCode: 'sample', from: BEFORE, to: FAR, ...page }],
};
