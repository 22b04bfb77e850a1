/** A valid call of every procedure about imports, with every field filled in. */
import type { MakeBase } from './base-inputs.ts';

const page = { limit: 10 };

export const importCalls: Readonly<Record<string, MakeBase>> = {
  'import.create': async (fixtures) => [
    { kind: 'skus', sha256: fixtures.fileHash(), fileName: 'A name', fromExport: false },
  ],
  'import.upload': async (fixtures) => [{ importId: await fixtures.announced(), part: 1, csv: 'skuId\r\nA\r\n' }],
  'import.check': async (fixtures) => [{ importId: await fixtures.uploaded() }],
  'import.run': async (fixtures) => [{ importId: await fixtures.uploaded() }],
  'import.cancel': async (fixtures) => [{ importId: await fixtures.uploaded() }],
  'import.get': async (fixtures) => [{ importId: await fixtures.announced() }],
  'import.list': async () => [{ kind: 'skus', state: 'uploading', ...page }],
  'import.errors': async (fixtures) => [{ importId: await fixtures.announced(), ...page }],
};
