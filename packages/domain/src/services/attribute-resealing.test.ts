/** A change of keys: sealed attributes move to the new one and stay what they are; what no key opens is named, and left. */
import { SEALED } from '@granary/contracts/attributes';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDomain } from '../domain.ts';
import { rowsOf } from '../testing/database-state.ts';
import { inbound, receipt } from '../testing/inputs.ts';
import { whileHeld } from '../testing/meanwhile.ts';
import { createTestBox } from '../testing/secret-box.ts';
import { openTestDomain, testConfig, testPorts, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
const attributes = { terms: 'dear', colour: 'blue' };
beforeAll(async () => {
  at = await openTestDomain({ config: { sensitiveAttributes: ['terms'] } });
});
beforeEach(async () => {
  for (const table of ['sku', 'stock_batch']) await at.dataSource.query(`UPDATE ${table} SET attributes = NULL`);
});
afterAll(() => at.close());

const beside = (secretBox = createTestBox(true, 'second')) =>
  createDomain({ dataSource: at.dataSource, config: testConfig, ports: { ...testPorts(), secretBox } });
let named = 0;
const stocked = async (count: number) => {
  named += 1;
  const lines = Array.from({ length: count }, (_, each) => receipt(`S${named}-${each}`, 5, { attributes }));
  const { lines: told } = await at.domain.inbound.purchase(inbound(`D${named}`, lines), at.call);
  return told.map(({ batchId }) => batchId);
};
const sealedIn = async (table: string) =>
  (
    await rowsOf(at.dataSource, `SELECT CAST(attributes AS CHAR) AS text FROM ${table} WHERE attributes IS NOT NULL`)
  ).map(({ text }) => /"\$sealed": ?"(\w+)\./.exec(String(text))?.[1]);
const shut = (): never => {
  throw new Error('no such key');
};

test('everything gets the new key in pages, once, and nothing else of it changes', async () => {
  const [batchId = ''] = await stocked(101);
  const skuId = 'S';
  await at.domain.skus.create({ skuId, attributes }, at.call);
  await at.domain.skus.create({ skuId: 'plain', attributes: { note: 'a "$sealed" word' } }, at.call);
  const before = await at.domain.batches.get({ batchId });
  const domain = beside();
  expect(await domain.sealing()).toEqual({ looked: 102, old: 102, resealed: 0, unopened: [] });
  const seen: number[] = [];
  expect(await domain.sealing({ reseal: true, onProgress: (looked) => seen.push(looked) })).toEqual({
    ...{ looked: 102, old: 102, resealed: 102, unopened: [] },
  });
  expect(seen).toEqual([1, 101, 102]);
  expect(new Set(await sealedIn('stock_batch'))).toEqual(new Set(['second']));
  const after = await domain.batches.get({ batchId });
  expect({ ...after, attributes: null }).toEqual({ ...before, attributes: null });
  expect(await domain.batches.attributes({ batchId })).toEqual({ attributes });
  expect(await domain.skus.attributes({ skuId })).toEqual({ attributes });
  expect(await domain.sealing({ reseal: true })).toEqual({ looked: 102, old: 0, resealed: 0, unopened: [] });
  expect((await at.domain.verify({})).ok).toBe(true);
});

test('it can be stopped, and begun again has only the rest to do', async () => {
  await stocked(101);
  const stop = new AbortController();
  const stopped = beside().sealing({
    ...{ reseal: true, signal: stop.signal },
    onProgress: (looked) => (looked > 0 ? stop.abort(new Error('enough')) : undefined),
  });
  await expect(stopped).rejects.toThrow('enough');
  expect(await beside().sealing({ reseal: true })).toMatchObject({ looked: 101, old: 1, resealed: 1 });
});

test('what was moved, changed or lost its key is named by its attribute, left as it is, and stops nobody else', async () => {
  const [one = '', two = '', three = ''] = await stocked(3);
  await at.dataSource.query(
    `UPDATE stock_batch AS b JOIN stock_batch AS other ON other.batch_id = ? SET b.attributes = other.attributes WHERE b.batch_id = ?`,
    [two, one],
  );
  const domain = beside();
  expect(await domain.sealing({ reseal: true })).toEqual({
    ...{ looked: 3, old: 2, resealed: 2, unopened: [`batch ${one} (terms)`] },
  });
  await expect(domain.batches.attributes({ batchId: one })).rejects.toThrow('sealed for another row');
  expect(await domain.batches.attributes({ batchId: three })).toEqual({ attributes });
  expect((await beside({ ...createTestBox(), opens: shut }).sealing()).unopened).toHaveLength(3);
});

test('two who do it at once do each of them once', async () => {
  await stocked(20);
  const rounds = await Promise.all([beside(), beside()].map((domain) => domain.sealing({ reseal: true })));
  expect(rounds.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(20);
});

test('what somebody else takes away or seals meanwhile is left as that one left it', async () => {
  await at.domain.skus.create({ skuId: 'racing', attributes }, at.call);
  const change = (to: string) => [`UPDATE sku SET attributes = ${to} WHERE sku_id = 'racing'`];
  const hold = `SELECT * FROM sku WHERE sku_id = 'racing'`;
  const round = () => beside().sealing({ reseal: true });
  const sealed = { hold, change: change(`JSON_OBJECT('terms', JSON_OBJECT('$sealed', 'second.00.00'))`) };
  expect(await whileHeld(at, sealed, round)).toMatchObject({ old: 1, resealed: 0 });
  await at.domain.skus.update({ skuId: 'racing', attributes }, at.call);
  expect(await whileHeld(at, { hold, change: change('NULL') }, round)).toMatchObject({ old: 1, resealed: 0 });
  expect((await at.domain.skus.get({ skuId: 'racing' })).attributes).toBeNull();
});

test('without a key there is nothing to be done, and that is said', async () => {
  await expect(beside(createTestBox(false)).sealing()).rejects.toMatchObject({ code: 'INV_012' });
});

describe('the doctor', () => {
  const only = ['secrets'] as const;

  test('finds what an older key seals, and mends it; what no key opens is left to a person', async () => {
    const [one = '', two = ''] = await stocked(2);
    await at.domain.skus.create({ skuId: 'ill', attributes }, at.call);
    await at.domain.skus.create({ skuId: 'well', attributes: { terms: null } }, at.call);
    await at.dataSource.query(`UPDATE stock_batch SET attributes = ? WHERE batch_id = ?`, [
      JSON.stringify({ terms: { [SEALED]: 'first.moved.00' }, other: 1 }),
      one,
    ]);
    const domain = beside();
    const { findings } = await domain.doctor({ only, repair: true });
    expect(findings.map(({ where, state }) => [where, state])).toEqual([
      ['sku ill (terms)', 'repaired'],
      [`batch ${one} (terms)`, 'left'],
      [`batch ${two} (terms)`, 'repaired'],
    ]);
    expect((await domain.doctor({ only })).findings).toMatchObject([
      { where: `batch ${one} (terms)`, why: expect.stringContaining('ENCRYPTION_KEYS') as string },
    ]);
    expect((await beside(createTestBox(false)).doctor({ only })).findings).toEqual([]);
  });
});
