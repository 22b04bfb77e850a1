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
import { sealedLines } from './attribute-sealing.ts';
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
    purchase: async (input: InboundInput, call: Call) =>
      await receive({ type: 'purchase', input: sealedLines(engine, input) }, call),
    production: async (input: ProductionInput, call: Call) =>
      await receive({ type: 'production', input: sealedLines(engine, input) }, call),
    return: async (input: ReturnInput, call: Call) =>
      await receive({ type: 'return', input: sealedLines(engine, input) }, call),
    opening: async (input: OpeningInput, call: Call) =>
      await receive({ type: 'opening', input: sealedLines(engine, input) }, call),
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
