/** Inbound: purchases, production, returns and opening balances bring stock in, all lines in one transaction, once per document number. */
import type {
  Document,
  DocumentGetInput,
  DocumentSummary,
  InboundInput,
  InboundListInput,
  OpeningInput,
  ProductionInput,
  ReturnInput,
  ReverseInput,
} from '@granary/contracts/document';
import type { TransferMove, TransferReceiveInput } from '@granary/contracts/transfer';
import { inboundType } from '@granary/contracts/document';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import { createDocumentReader } from './document-reader.ts';
import { type Engine, execute } from './execution.ts';
import { type Inbound, decideInbound } from './receiving.ts';
import { reverseDocument } from './reversal.ts';
import { receiveTransfer } from './transfer-service.ts';

const TYPES = inboundType.options;

export function createInboundService(engine: Engine) {
  const reader = createDocumentReader(engine);

  async function receive(inbound: Inbound, call: Call): Promise<Document> {
    const { type, input } = inbound;
    return await execute(engine, {
      procedure: `inbound.${type}`,
      input,
      call,
      lock: { scope: 'document', keys: [`document:${type}:${input.documentNo}`] },
      decide: (tx) => decideInbound(tx, engine, inbound),
    });
  }

  return {
    purchase: (input: InboundInput, call: Call) => receive({ type: 'purchase', input }, call),
    production: (input: ProductionInput, call: Call) => receive({ type: 'production', input }, call),
    return: (input: ReturnInput, call: Call) => receive({ type: 'return', input }, call),
    opening: (input: OpeningInput, call: Call) => receive({ type: 'opening', input }, call),
    transfer: (input: TransferReceiveInput, call: Call): Promise<TransferMove> =>
      receiveTransfer(engine, { procedure: 'inbound.transfer', input, call }),
    reverse: (input: ReverseInput, call: Call) =>
      reverseDocument(engine, {
        procedure: 'inbound.reverse',
        types: ['purchase', 'production', 'return', 'opening'],
        input,
        call,
      }),
    get: (input: DocumentGetInput): Promise<Document> => reader.get(input, TYPES),
    list: ({ type, ...page }: InboundListInput): Promise<Page<DocumentSummary>> =>
      reader.list({ ...page, types: type === undefined ? TYPES : [type] }),
  };
}
