/** Files of rows. */
import type { Sheets } from '../procedure-sheet.ts';
import { page } from './values.ts';

export const importSheets: Sheets = {
  'import.create': {
    calls: [(fixtures) => ({ kind: 'skus', sha256: fixtures.fileHash(), fileName: 'A name', fromExport: false })],
    writes: ['stock_import'],
  },
  'import.upload': {
    calls: [async (fixtures) => ({ importId: await fixtures.announced(), part: 1, csv: 'skuId\r\nA\r\n' })],
    writes: ['stock_import', 'stock_import_part'],
    // A part that is not the next one.
    mayAnswer: { '*': 'INV_010' },
  },
  'import.check': {
    calls: [async (fixtures) => ({ importId: await fixtures.uploaded() })],
    writes: ['stock_import', 'job'],
    isAlone: true,
  },
  'import.run': {
    calls: [async (fixtures) => ({ importId: await fixtures.uploaded() })],
    writes: ['stock_import', 'job'],
    isAlone: true,
  },
  'import.cancel': {
    calls: [async (fixtures) => ({ importId: await fixtures.announced() })],
    writes: ['stock_import'],
  },
  'import.get': { calls: [async (fixtures) => ({ importId: await fixtures.announced() })] },
  'import.list': { calls: [() => ({ kind: 'skus', state: 'uploading', ...page })] },
  'import.errors': { calls: [async (fixtures) => ({ importId: await fixtures.announced(), ...page })] },
};
