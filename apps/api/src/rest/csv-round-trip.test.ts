/** What Granary exports it imports again: where it came from without any effect, elsewhere as the same stock. */
import { createHash } from 'node:crypto';
import type { ImportKind } from '@granary/contracts/import';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRealApi, type RealApi } from '../testing/real-api.ts';

const call = { caller: { actor: 'local', address: null, agent: null, requestId: 'round' } };

let here: RealApi;
let there: RealApi;
beforeAll(async () => {
  [here, there] = [await openRealApi(), await openRealApi()];
  const { skus, inbound, locations, stock, outbound } = here.granary.domain;
  await skus.create({ skuId: 'R1', name: '=1+1', attributes: { sizes: ['S', 'M'], note: 'a "b",\r\nc' } }, call);
  await skus.create({ skuId: "'-R2", name: '库存', shelfLifeDays: 30, status: 'inactive' }, call);
  await locations.create({ locationId: 'north' }, call);
  await there.granary.domain.locations.create({ locationId: 'north' }, call);
  const line = { unitCost: '1.234567', qualityLevel: 'A', locationId: 'default' };
  const lines = [
    { ...line, skuId: 'R1', quantity: 12, batchNo: '@LOT', expiresAt: '2031-01-31', attributes: { bay: 4 } },
    { ...line, skuId: 'R1', quantity: 1, batchNo: 'EMPTY', producedOn: '2026-01-02' },
    { ...line, skuId: 'R3', quantity: 4, batchNo: 'X', locationId: 'north', qualityLevel: 'B' },
  ];
  await inbound.purchase({ documentNo: 'P', lines }, call);
  await stock.configure({ skuId: 'R1', locationId: 'default', warningThreshold: 9, criticalThreshold: 4 }, call);
  await outbound.damage(
    { documentNo: 'D', reason: 'gone', lines: [{ skuId: 'R1', quantity: 1, batchId: await batchId('EMPTY') }] },
    call,
  );
}, 60_000);
afterAll(async () => {
  await here?.end();
  await there?.end();
});

async function batchId(batchNo: string): Promise<string> {
  const { items } = await here.granary.domain.batches.list({ limit: 50 });
  return items.find((batch) => batch.batchNo === batchNo)?.batchId ?? '';
}

async function csvOf(api: RealApi, list: string): Promise<string> {
  return await (await fetch(`${api.url}/v1/${list}`, { headers: { accept: 'text/csv' } })).text();
}

async function imported(api: RealApi, kind: ImportKind, csv: string) {
  const { imports, jobs, jobRunner } = api.granary.domain;
  const sha256 = createHash('sha256').update(csv).digest('hex');
  const { id: importId } = await imports.create({ kind, sha256, fromExport: true }, call);
  await imports.upload({ importId, part: 1, csv }, call);
  const { jobId } = await imports.run({ importId }, call);
  while ((await jobs.get({ id: jobId ?? '' })).endedAt === null)
    await jobRunner.runOnce({ holder: 'test', leaseMs: 60_000 });
  const answer = await imports.get({ importId });
  return { answer, errors: (await imports.errors({ importId, limit: 10 })).items };
}

const ROWS = { skus: 3, batches: 3, levels: 2 } as const;
const lists = [
  ['skus', 'sku/list'],
  ['batches', 'batch/list'],
  ['levels', 'stock/levels'],
] as const;

describe('an export', () => {
  test.each(lists)('of %s has no effect where it came from', async (kind, list) => {
    const csv = await csvOf(here, list);
    const { answer, errors } = await imported(here, kind, csv);
    expect(errors).toEqual([]);
    expect(answer).toMatchObject({ state: 'done', applied: 0, unchanged: ROWS[kind] });
    expect(await csvOf(here, list)).toBe(csv);
  });

  test('of all three is the same stock elsewhere', async () => {
    for (const [kind, list] of lists) {
      const { answer, errors } = await imported(there, kind, await csvOf(here, list));
      expect([answer.state, errors]).toEqual(['done', []]);
    }
    const skuOf = async ({ granary }: RealApi) =>
      (await granary.domain.skus.list({ limit: 50 })).items.map(
        ({ version: _v, createdAt: _c, updatedAt: _u, ...sku }) => sku,
      );
    expect(await skuOf(there)).toEqual(await skuOf(here));
    const batchesOf = async ({ granary }: RealApi) =>
      (await granary.domain.batches.list({ limit: 50 })).items
        .filter(({ onHand }) => onHand > 0)
        .map(({ batchId: _id, receivedAt: _at, version: _v, ...batch }) => batch)
        .toSorted((a, b) => (a.batchNo < b.batchNo ? -1 : 1));
    expect(await batchesOf(there)).toEqual(await batchesOf(here));
    const levelsOf = async ({ granary }: RealApi) =>
      (await granary.domain.stock.levels({ limit: 50 })).items.map(
        ({ version: _v, onHandVersion: _o, ...level }) => level,
      );
    expect(await levelsOf(there)).toEqual(await levelsOf(here));
    expect((await there.granary.domain.verify()).violations).toEqual([]);
  });
});
