/** What rows of an import do, decided together: the same for a rehearsal as in earnest. */
import type { Tx } from '../persistence/transaction.ts';
import type { Decision, Engine } from './execution.ts';
import { decideDocumentLines } from './import-documents.ts';
import { decideLevelLines } from './import-levels.ts';
import type { Deciding, Settled } from './import-row.ts';
import { decideSkuLines } from './import-skus.ts';

export async function decideLines(tx: Tx, engine: Engine, deciding: Deciding): Promise<Decision<Settled>> {
  const { kind } = deciding.head;
  switch (kind) {
    case 'skus':
      return await decideSkuLines(tx, engine, deciding);
    case 'levels':
      return await decideLevelLines(tx, engine, deciding);
    case 'opening':
    case 'batches':
    case 'receipts':
      return await decideDocumentLines(tx, engine, { ...deciding, kind });
  }
}
