/** Names that are one for all locations: whether one is taken elsewhere shows in a refusal, and nothing else of it does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../testing/stub-api.ts';
import { openTwoPlaces, type TwoPlaces } from './testing/two-places.ts';

const NO_ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';

let at: TwoPlaces;
beforeAll(async () => {
  at = await openTwoPlaces();
});
afterAll(() => at?.api.end());

describe('a number or a name that is taken elsewhere', () => {
  const batch = (batchNo: string, more: object = {}) => ({
    ...{ skuId: 'A', quantity: 1, unitCost: '1', locationId: 'HERE', batchNo, ...more },
  });
  const receipt = (documentNo: string, line: object) => ({ documentNo, lines: [line] });
  /** What was said, with every name that differs by purpose made one. */
  const words = ({ text }: Answer) => text.replaceAll(/(PO|S)-(HERE|THERE)/g, '$1-X');

  test.each<[string, string, (place: string) => unknown]>([
    ['a batch', 'batch.create', (place) => batch(`PO-${place}-1`)],
    ['a purchase', 'inbound.purchase', (place) => receipt(`PO-${place}`, batch('NEW'))],
    [
      'a sale',
      'outbound.sales',
      (place) => ({ orderNo: `S-${place}`, lines: [{ skuId: 'A', quantity: 2, locationId: 'HERE' }] }),
    ],
  ])('%s is refused in the words for one of its own', async (_what, procedure, input) => {
    const hidden = await at.send(procedure, input('THERE'));
    const known = await at.send(procedure, input('HERE'));
    expect([hidden.status, words(hidden)]).toEqual([409, words(known)]);
  });

  test('a batch number of other goods is taken; how they differ is told of its own alone', async () => {
    const taken = await at.send('inbound.purchase', receipt('R-1', batch('PO-THERE-1', { qualityLevel: 'B' })));
    expect(words(taken)).toBe(words(await at.send('batch.create', batch('PO-HERE-1'))));
    const own = await at.send('inbound.purchase', receipt('R-2', batch('PO-HERE-1', { qualityLevel: 'B' })));
    expect(own.body).toMatchObject({ code: 'INV_009', details: { differs: ['qualityLevel'] } });
  });

  test('a foreign place is as absent whatever else the call names', async () => {
    const said = [];
    for (const documentNo of ['PO-THERE', 'PO-HERE', 'NEW'])
      for (const locationId of ['THERE', 'NONE!'])
        said.push((await at.send('inbound.purchase', receipt(documentNo, batch('B', { locationId })))).text);
    expect(new Set(said.map((text) => text.replaceAll('THERE', 'NONE!'))).size).toBe(1);
    expect(said[0]).toContain('INV_007');
    for (const orderNo of ['S-THERE', 'S-HERE', 'NEW'])
      expect(
        (await at.send('outbound.sales', { orderNo, lines: [{ skuId: 'A', quantity: 1, locationId: 'THERE' }] }))
          .status,
      ).toBe(404);
  });

  test('a sale that repeats a foreign one word for word does not answer it', async () => {
    const sale = { orderNo: 'BLIND', lines: [{ skuId: 'A', quantity: 50 }] };
    await at.doneByAll('outbound.sales', sale);
    expect(await at.send('outbound.sales', sale)).toMatchObject({ status: 409, body: { code: 'INV_008' } });
  });

  test.each([
    ['at a place of its own', { locationId: 'HERE' }],
    ['anywhere', {}],
  ])('a foreign batch named %s is as unknown as one that is not there', async (_what, place) => {
    const reserve = { skuId: 'A', quantity: 1, type: 'cart', businessId: 'B', ...place };
    const unknown = await at.send('reservation.reserve', { ...reserve, batchIds: [NO_ID] });
    for (const change of [
      'expires_at = NOW(6)',
      "status = 'frozen'",
      "expires_at = '9999-12-31', status = 'available'",
    ]) {
      await at.api.granary.dataSource.query(`UPDATE stock_batch SET ${change} WHERE batch_id = ?`, [
        at.foreign.batchId,
      ]);
      const hidden = await at.send('reservation.reserve', { ...reserve, batchIds: [at.foreign.batchId] });
      expect([change, hidden.text.replaceAll(String(at.foreign.batchId), NO_ID)]).toEqual([change, unknown.text]);
    }
  });

  test('a foreign location can be neither made nor told from one that is not there', async () => {
    const hidden = await at.send('location.create', { locationId: 'THERE' });
    const absent = await at.send('location.create', { locationId: 'NONE!' });
    expect(hidden.text.replaceAll('THERE', 'NONE!')).toBe(absent.text);
  });
});
