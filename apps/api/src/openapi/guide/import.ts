/** How imports are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const OF = { importId: 'import.create#/id' };

export const importGuide: Guide = {
  'import.create': {
    summary: 'Announce a CSV file by its SHA-256',
    description:
      'The same file again answers the same import, whatever has become of it. Columns are the fields of the calls that a row stands for.',
    examples: example({
      kind: 'skus',
      sha256: 'd93e9e80373819daa2d38ddc5138d796c2e6b21a92c0f1d3a3e1d6de147ff62c',
      fileName: 'caps.csv',
    }),
  },
  'import.upload': {
    summary: 'Send a piece of the file',
    description: 'In order, cut anywhere between two characters. The same piece again has no effect.',
    examples: example({ importId: SOME_ID, part: 1, csv: 'skuId,name\r\nIMPORTED,Cap\r\n' }, OF),
  },
  'import.run': {
    summary: 'Apply the file, as a job',
    description:
      'Checks it first unless that is done; a file with an error is not applied at all. Each row has one effect, also when a worker dies or the job is cancelled and started again.',
    examples: example({ importId: SOME_ID }, OF),
  },
  'import.check': {
    summary: 'Find what is wrong with the file, as a job that changes nothing',
    description:
      'Every row is decided as if it were applied, and rolled back. One that is being applied is answered as it is.',
    examples: example({ importId: SOME_ID }, OF),
  },
  'import.get': { summary: 'One import and how far it is', examples: example({ importId: SOME_ID }, OF) },
  'import.list': { summary: 'Imports, newest first, page by page', examples: example({ kind: 'skus' }) },
  'import.errors': {
    summary: 'What is wrong, row by row',
    description: 'Rows are numbered as in a spreadsheet. The first 1000 errors are kept, errorCount counts all.',
    examples: example({ importId: SOME_ID }, OF),
  },
  'import.cancel': {
    summary: 'Give an import up',
    description: 'What was applied stays. The same file can be announced anew afterwards.',
    examples: example({ importId: SOME_ID }, OF),
  },
};
