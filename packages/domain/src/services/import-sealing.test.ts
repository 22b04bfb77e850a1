/** Files of rows whose attributes are sensitive: sealed while they wait, sealed where they are applied. */
import { SEALED } from '@granary/contracts/attributes';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDomain } from '../domain.ts';
import type { ImportHeadRow } from '../entities/import.ts';
import { rowsOf, tableNames } from '../testing/database-state.ts';
import { applied, checked, imported, send } from '../testing/importing.ts';
import { createTestBox } from '../testing/secret-box.ts';
import { engineOf } from '../testing/test-engine.ts';
import { openTestDomain, testConfig, testPorts, type TestDomain } from '../testing/test-domain.ts';
import { readPart } from './import-reading.ts';
import { sealedLine } from './import-sealing.ts';
import type { ImportCursor } from './import-task.ts';

let at: TestDomain;
let secretBox = createTestBox();
const sensitiveAttributes = ['terms'];
const SECRET = 'thirty-percent-off';
const open = (): TestDomain['domain'] =>
  createDomain({
    dataSource: at.dataSource,
    config: { ...testConfig, sensitiveAttributes },
    ports: { ...testPorts(), secretBox },
  });

beforeAll(async () => {
  at = await openTestDomain({ config: { sensitiveAttributes } });
});
beforeEach(() => {
  secretBox = createTestBox();
});
afterAll(() => at.close());

const cell = (value: unknown) => `"${JSON.stringify(value).replaceAll('"', '""')}"`;
const file = (...rows: string[]) => `${rows.join('\n')}\n`;
const textOfDatabase = async () => {
  let text = '';
  for (const table of tableNames) text += JSON.stringify(await rowsOf(at.dataSource, `SELECT * FROM ${table}`));
  return text;
};

test('SKUs and receipts of a file have them sealed, and the text of the file nowhere has them in clear', async () => {
  const skus = file(
    'skuId,attributes',
    `F1,${cell({ terms: SECRET, colour: 'blue' })}`,
    'F2,',
    `F3,${cell({ colour: 'red' })}`,
  );
  // Small parts cut rows, so that a part's rest waits in the job.
  const { id } = await send(at, { kind: 'skus', csv: skus, partSize: 20 });
  const first = skus.slice(0, 20);
  await at.domain.imports.upload({ importId: id, part: 1, csv: first }, at.call);
  expect((await checked(at, id)).answer.state).toBe('checked');
  expect(await textOfDatabase()).not.toContain(SECRET);
  expect((await applied(at, id)).answer).toMatchObject({ state: 'done', applied: 3 });
  expect(await at.domain.skus.attributes({ skuId: 'F1' })).toEqual({ attributes: { terms: SECRET, colour: 'blue' } });

  const receipts = file('documentNo,skuId,quantity,unitCost,attributes', `R1,F1,5,2.50,${cell({ terms: SECRET })}`);
  expect((await imported(at, { kind: 'receipts', csv: receipts })).answer).toMatchObject({ state: 'done' });
  const [batch] = (await at.domain.batches.list({ skuId: 'F1', limit: 5 })).items;
  expect(batch?.attributes).toEqual({ terms: { [SEALED]: expect.any(String) as string } });
  expect(await at.domain.batches.attributes({ batchId: batch?.batchId ?? '' })).toEqual({
    attributes: { terms: SECRET },
  });
  expect(await textOfDatabase()).not.toContain(SECRET);
});

test('a row with a value that was sealed for elsewhere is refused by its number', async () => {
  const csv = file('skuId,attributes', 'G1,', `G2,${cell({ terms: { [SEALED]: 'of.nowhere.' } })}`);
  const { errors } = await imported(at, { kind: 'skus', csv });
  expect(errors).toMatchObject([{ row: 3, column: 'attributes', code: 'INV_005' }]);
});

test('an export goes back in where it came from, sealed as it is', async () => {
  const { attributes } = await at.domain.skus.create({ skuId: 'H1', attributes: { terms: SECRET } }, at.call);
  const csv = file('skuId,attributes', `H1,${cell(attributes)}`);
  expect((await imported(at, { kind: 'skus', csv })).answer).toMatchObject({ state: 'done', unchanged: 1 });
});

test('without a key no part is taken, and a row waits for it', async () => {
  const csv = file('skuId,attributes', `K1,${cell({ terms: SECRET })}`);
  secretBox = createTestBox(false);
  const keyless = { ...at, domain: open() };
  await expect(send(keyless, { kind: 'skus', csv })).rejects.toMatchObject({ code: 'INV_012' });
});

test('a file without them is kept as it came where nothing is marked', async () => {
  const plain = createDomain({ dataSource: at.dataSource, config: testConfig, ports: testPorts() });
  await send({ ...at, domain: plain }, { kind: 'skus', csv: file('skuId', 'PLAIN') });
  expect(await textOfDatabase()).toContain('PLAIN');
});

test('a row that cannot be sealed for want of a key stops its job, and is no error of the file', async () => {
  const data = JSON.stringify({ value: { skuId: 'L1', attributes: { terms: { [SEALED]: 'x' } } }, kept: {} });
  const line = { importId: 'I', rowNo: 2, position: 'L1', skuId: 'L1', rowKey: null, data, outcome: 0 };
  const keyless = engineOf(at, { secretBox: createTestBox(false) });
  expect(() => sealedLine(keyless, 'skus', line)).toThrow('ENCRYPTION_KEYS is not set');
});

test('what a part leaves for the next one is sealed in the job that carries it', async () => {
  const csv = file('skuId,attributes', `M1,${cell({ terms: SECRET })}`);
  const { id } = await send(at, { kind: 'skus', csv, partSize: 10 });
  const engine = { ...engineOf(at), config: { ...testConfig, sensitiveAttributes } };
  const partCount = Math.ceil(csv.length / 10);
  const head = { importId: id, kind: 'skus', isExport: false, partCount } as ImportHeadRow;
  const importing = { engine, head, call: at.call, task: { importId: id, mode: 'check', isChecked: false } } as const;
  const counts = { row: 0, lines: 0, done: 0, applied: 0, unchanged: 0, errors: 0 };
  let cursor: ImportCursor = { phase: 'read', part: 1, carry: '', header: null, after: null, ...counts };
  const carried: string[] = [];
  while (cursor.phase === 'read') {
    cursor = await readPart(importing, cursor);
    carried.push(cursor.carry);
  }
  expect(cursor).toMatchObject({ lines: 1, errors: 0, carry: '' });
  expect(carried.length).toBe(partCount);
  for (const carry of carried.slice(0, -1)) expect(carry).toMatch(/^\0sealed:/);
});
