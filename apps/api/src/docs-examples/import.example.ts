/** Opening balances from a file: one with mistakes, the same mended, and the same once more. */
import { createHash } from 'node:crypto';
import { parseConfig } from '@granary/platform/env';
import { openGranary } from '@granary/platform/granary';
import { silentLog } from '@granary/platform/log';
import type { Row } from './render.ts';
import type { OutputOf, Session } from './session.ts';

const HEADER = 'skuId,quantity,unitCost,batchNo,expiresAt,asOf';
const AS_OF = '2026-01-01T00:00:00Z';
const GOOD = [
  `HONEY,40,4.00,H-1,2036-06-30,${AS_OF}`,
  `HONEY,25,4.20,H-2,2036-09-30,${AS_OF}`,
  `MUG,12,3.20,,,${AS_OF}`,
];
const BAD = [
  `HONEY,4O,4.00,H-1,2036-06-30,${AS_OF}`,
  `HONEY,25,4.20,H-2,2036-02-30,${AS_OF}`,
  `MUG,12,"3,20",,,${AS_OF}`,
];

export async function importExample({ call, databaseUrl }: Session): Promise<Record<string, readonly Row[]>> {
  const steps: Row[] = [];
  const note = async (what: string, importId: string) => {
    const { state, rows, applied, errorCount } = await call('import.get', { importId });
    steps.push({ call: what, state, rows, applied, errors: errorCount });
  };
  const create = async (csv: string) =>
    await call('import.create', { kind: 'opening', sha256: createHash('sha256').update(csv).digest('hex') });

  const wrong = [HEADER, ...BAD, ''].join('\r\n');
  const first = await create(wrong);
  await call('import.upload', { importId: first.id, part: 1, csv: wrong });
  await call('import.check', { importId: first.id });
  await work(databaseUrl);
  await note('import.check of the first file', first.id);
  const errors = (await call('import.errors', { importId: first.id })).items.map(
    (error: OutputOf<'import.errors'>['items'][number]): Row => {
      const { row, column, code, message } = error;
      return { row, column, code, message };
    },
  );

  const mended = [HEADER, ...GOOD, ''].join('\r\n');
  const second = await create(mended);
  await call('import.upload', { importId: second.id, part: 1, csv: mended });
  await note('import.upload of the mended file', second.id);
  await call('import.run', { importId: second.id });
  await work(databaseUrl);
  await note('import.run', second.id);
  const again = await create(mended);
  await note(`import.create of it again (${again.id === second.id ? 'the same' : 'another'} import)`, again.id);
  const batches = (await call('batch.list', {})).items.map(({ skuId, batchNo, onHand, unitCost, expiresAt }): Row => ({
    ...{ sku: skuId, batch: batchNo.replace(second.id, '…'), onHand, unitCost, expires: expiresAt?.slice(0, 10) ?? '' },
  }));
  return { errors, steps, batches };
}

/** What a worker does: the job, chunk by chunk. */
async function work(databaseUrl: string): Promise<void> {
  const config = parseConfig({ DATABASE_URL: databaseUrl, STOCK_LOCK: 'none' });
  const granary = await openGranary(config, { log: silentLog });
  try {
    while ((await granary.domain.jobRunner.runOnce({ holder: 'example', leaseMs: 60_000 })).chunks > 0);
  } finally {
    await granary.close();
  }
}
