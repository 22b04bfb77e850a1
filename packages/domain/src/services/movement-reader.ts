/** The ledger as a list: of a level, a command or a document. */
import type { Movement } from '@granary/contracts/movement';
import type { Page } from '@granary/contracts/page';
import type { StockMovementsInput } from '@granary/contracts/stock';
import { findDocument } from '../persistence/document-store.ts';
import { listMovements } from '../persistence/movement-store.ts';
import { pageOf } from '../persistence/page.ts';
import { readSkus } from '../persistence/catalog-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { notFound, unknownSku } from '../refusal.ts';
import type { Engine } from './execution.ts';

export function createMovementReader(engine: Engine) {
  async function movements(input: StockMovementsInput): Promise<Page<Movement>> {
    return await engine.units.readAnywhere(async (tx) => {
      const commandId = await commandOf(tx, input);
      if (input.skuId !== undefined && !(await readSkus(tx, [input.skuId])).has(input.skuId))
        throw unknownSku(input.skuId);
      const { skuId, locationId, kinds, from, to } = input;
      return await pageOf({
        list: 'movements',
        parts: 3,
        input,
        load: (after, limit) => listMovements(tx, { skuId, locationId, commandId, kinds, from, to, after, limit }),
        keyOf: (row) => [row.skuId, row.locationId, String(row.version)],
      });
    });
  }

  return { movements };
}

async function commandOf(tx: Tx, { commandId, documentId }: StockMovementsInput): Promise<string | undefined> {
  if (documentId === undefined) return commandId;
  const document = await findDocument(tx, { id: documentId });
  if (document === undefined) throw notFound('document', documentId);
  return document.commandId;
}
