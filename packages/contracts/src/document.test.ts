/** What a document's input may be: 1 to 1,000 lines of every type, and originals named in one way. */
import { describe, expect, test } from 'vitest';
import {
  damageInput,
  inboundInput,
  MAX_DOCUMENT_LINES,
  openingInput,
  pickInput,
  productionInput,
  returnInput,
  reverseInput,
  salesInput,
  supplierReturnInput,
} from './document.ts';

const ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';
const out = { skuId: 'S', quantity: 1 };
const into = { ...out, unitCost: '1.00' };

const inputs = [
  ['purchase', inboundInput, { documentNo: 'D' }, into],
  ['production', productionInput, { documentNo: 'D', workOrderNo: 'W' }, into],
  ['return', returnInput, { documentNo: 'D' }, into],
  ['opening', openingInput, { documentNo: 'D', asOf: '2026-01-01T00:00:00Z' }, into],
  ['sales', salesInput, { orderNo: 'O' }, out],
  ['damage', damageInput, { documentNo: 'D', reason: 'broken' }, out],
  ['pick', pickInput, { documentNo: 'D' }, out],
  ['supplierReturn', supplierReturnInput, { documentNo: 'D', supplier: 'S' }, out],
] as const;

describe.each(inputs)('%s', (...[, schema, header, line]) => {
  const of = (count: number) => ({ ...header, lines: Array.from({ length: count }, () => line) });

  test('takes 1 to 1,000 lines and says so of one more', () => {
    expect(schema.safeParse(of(1)).error).toBeUndefined();
    expect(schema.safeParse(of(MAX_DOCUMENT_LINES)).error).toBeUndefined();
    expect(schema.safeParse(of(0)).error?.issues).toMatchObject([{ path: ['lines'], code: 'too_small' }]);
    expect(schema.safeParse(of(MAX_DOCUMENT_LINES + 1)).error?.issues).toMatchObject([
      { path: ['lines'], code: 'too_big', maximum: 1000 },
    ]);
  });
});

const issuesOf = (result: { error?: { issues: readonly { path: PropertyKey[] }[] } | undefined }) =>
  (result.error?.issues ?? []).map(({ path }) => path.at(-1));

describe('a line that comes back', () => {
  test.each([
    ['by a document', { ...out, originalDocumentId: ID, originalLine: 1 }, []],
    ['by a number', { ...out, originalDocumentNo: 'O', originalLine: 1, qualityLevel: 'B', batchNo: 'X' }, []],
    ['by a reservation', { ...out, reservationId: ID }, []],
    ['without an original and without a cost', out, ['unitCost']],
    ['by a document with a cost', { ...into, originalDocumentId: ID, originalLine: 1 }, ['unitCost']],
    ['by a document without a line', { ...out, originalDocumentId: ID }, ['originalLine']],
    ['by a line without a document', { ...into, originalLine: 1 }, ['originalLine']],
    [
      'by two originals',
      { ...out, originalDocumentId: ID, originalLine: 1, reservationId: ID },
      ['originalDocumentId'],
    ],
    ['with dates of its own', { ...out, reservationId: ID, expiresAt: '2030-01-01' }, ['expiresAt']],
  ])('%s', (_what, line, issues) => {
    expect(issuesOf(returnInput.safeParse({ documentNo: 'D', lines: [line] }))).toEqual(issues);
  });
});

test.each([
  ['an original', { originalDocumentNo: 'P', originalLine: 2 }, []],
  ['a batch', { batchId: ID }, []],
  ['both', { originalDocumentNo: 'P', originalLine: 2, batchId: ID }, ['batchId']],
  ['a reservation', { reservationId: ID }, [0]],
])('a line that goes back to its supplier may name %s, or is told where it may not', (_what, named, issues) => {
  const result = supplierReturnInput.safeParse({ documentNo: 'D', supplier: 'S', lines: [{ ...out, ...named }] });
  expect(issuesOf(result)).toEqual(issues);
});

test.each([
  [damageInput, { documentNo: 'D', lines: [out] }, 'reason'],
  [supplierReturnInput, { documentNo: 'D', lines: [out] }, 'supplier'],
  [reverseInput, { documentId: ID, operator: 'Ann' }, 'reason'],
  [reverseInput, { documentId: ID, reason: 'why' }, 'operator'],
  [openingInput, { documentNo: 'D', lines: [into] }, 'asOf'],
])('%#: who takes stock away says why, from whom, or as of when', (schema, input, field) => {
  expect(issuesOf(schema.safeParse(input))).toEqual([field]);
});
