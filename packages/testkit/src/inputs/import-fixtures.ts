/** Files of rows that were announced; there is no worker, so none is ever read. */
import { createHash } from 'node:crypto';
import type { FixtureTools } from './fixture-tools.ts';
import { at } from './wire.ts';

export interface ImportFixtures {
  /** The SHA-256 of a file that nobody has sent. */
  fileHash(): string;
  /** An import that waits for its first part. */
  announced(): Promise<string>;
  /** One that has its part and may be started: nothing else is being imported. */
  uploaded(): Promise<string>;
}

export function createImportFixtures({ name, call, callFor }: FixtureTools): ImportFixtures {
  const fileHash = () => createHash('sha256').update(name()).digest('hex');
  const announced = () => callFor('import.create', { kind: 'skus', sha256: fileHash() }, ['id']);
  return {
    fileHash,
    announced,
    async uploaded() {
      const importId = await announced();
      await call('import.upload', { importId, part: 1, csv: 'skuId,name\r\nA,Cap\r\n' });
      // Imports run one at a time.
      const waiting = at(await call('system.jobs', { kind: 'import', state: 'queued' }), ['items']);
      for (const job of Array.isArray(waiting) ? waiting : []) await call('system.cancelJob', { id: at(job, ['id']) });
      return importId;
    },
  };
}
