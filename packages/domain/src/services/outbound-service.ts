/** Outbound: sales, damage, picking and returns to a supplier take stock out; all lines or none, once per document number. */
import type {
  DamageInput,
  Document,
  DocumentGetInput,
  DocumentSummary,
  OutboundListInput,
  PickInput,
  ReverseInput,
  SalesInput,
  SupplierReturnInput,
} from '@granary/contracts/document';
import type { OutboundTransferInput, TransferMove } from '@granary/contracts/transfer';
import { outboundType } from '@granary/contracts/document';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import { present } from '../refusal.ts';
import { createDocumentReader } from './document-reader.ts';
import { type Engine, execute } from './execution.ts';
import { reverseDocument } from './reversal.ts';
import { sendTransfer } from './transfer-service.ts';
import { decideOutbound, type Outbound } from './taking.ts';

const TYPES = outboundType.options;

export function createOutboundService(engine: Engine) {
  const reader = createDocumentReader(engine);

  async function take(outbound: Outbound, call: Call): Promise<Document> {
    const { type, input } = outbound;
    const documentNo = present(input.documentNo ?? input.orderNo, 'the number of a document');
    const order = input.orderNo === undefined ? [] : [`business:order:${input.orderNo}`];
    return await execute(engine, {
      procedure: `outbound.${type}`,
      input,
      call,
      lock: { scope: 'document', keys: [`document:${type}:${documentNo}`, ...order] },
      decide: (tx, grown) => decideOutbound(tx, engine, { outbound, documentNo, grown }),
    });
  }

  return {
    sales: (input: SalesInput, call: Call) => take({ type: 'sales', input }, call),
    damage: (input: DamageInput, call: Call) => take({ type: 'damage', input }, call),
    pick: (input: PickInput, call: Call) => take({ type: 'pick', input }, call),
    supplierReturn: (input: SupplierReturnInput, call: Call) => take({ type: 'supplierReturn', input }, call),
    transfer: (input: OutboundTransferInput, call: Call): Promise<TransferMove> =>
      sendTransfer(engine, { input, call }),
    reverse: (input: ReverseInput, call: Call) =>
      reverseDocument(engine, {
        procedure: 'outbound.reverse',
        types: ['sales', 'damage', 'pick', 'supplierReturn'],
        input,
        call,
      }),
    get: (input: DocumentGetInput): Promise<Document> => reader.get(input, TYPES),
    list: ({ type, ...page }: OutboundListInput): Promise<Page<DocumentSummary>> =>
      reader.list({ ...page, types: type === undefined ? TYPES : [type] }),
  };
}
