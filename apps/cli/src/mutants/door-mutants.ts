/** Defects at the doors: who may do what, which input is taken, and what an answer gives away. */
import type { Mutant } from './mutant.ts';

const api = (name: string): string => `apps/api/src/${name}.ts`;

export const doorMutants: readonly Mutant[] = [
  {
    name: 'permission-of-a-read',
    breaks: 'what changes something never has the permission of a read',
    file: api('routers/batch'),
    find: "recall: procedure('batch.recall')",
    replace: "recall: procedure('batch.read')",
    caughtBy: { file: api('procedure.test'), title: 'mutations never share the permission of a read' },
  },
  {
    name: 'permission-forgotten',
    breaks: 'whoever lacks the permission of a procedure is refused before the domain is asked',
    file: api('procedure'),
    find: 'if (meta !== undefined && principal.may(meta.permission)) return;',
    replace: 'if (meta !== undefined && (principal.may(meta.permission) || meta.permission.length > 0)) return;',
    caughtBy: { file: api('procedure.test'), title: 'who may not is refused before the domain is asked' },
  },
  {
    name: 'error-tells-its-cause',
    breaks: 'what nobody meant to throw tells the caller nothing of its cause',
    file: api('failure'),
    find: "message: 'Something failed inside Granary; the call was not answered.',",
    replace: 'message: String(cause),',
    caughtBy: {
      file: api('error-table.test'),
      title: 'is INV_006 with a request id, and its cause is only in the log',
    },
  },
  {
    name: 'formula-in-csv',
    breaks: 'no cell of an exported file begins as a formula does',
    file: api('rest/csv-text'),
    find: 'return FORMULA.test(text) && !PLAIN_NUMBER.test(text) ?',
    replace: 'return FORMULA.test(text) && PLAIN_NUMBER.test(text) ?',
    caughtBy: { file: api('rest/csv-text.test'), title: 'what may be a formula begins with an apostrophe' },
  },
  {
    name: 'quotes-in-csv',
    breaks: 'quotes in a cell are doubled (RFC 4180)',
    file: api('rest/csv-text'),
    find: "text.replaceAll('\"', '\"\"')",
    replace: "text.replaceAll('\"', '\"')",
    caughtBy: { file: api('rest/csv-text.test'), title: 'a cell' },
  },
  {
    name: 'unknown-keys-pass',
    breaks: 'every input refuses keys that it does not know',
    file: 'packages/contracts/src/stock.ts',
    find: 'export const stockCheckInput = z.strictObject({ skuId });',
    replace: 'export const stockCheckInput = z.object({ skuId });',
    caughtBy: { file: 'packages/contracts/src/input.test.ts', title: 'refuses the unknown key' },
  },
];
