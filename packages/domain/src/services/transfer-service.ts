/** Transfers between locations: planned, shipped, received in one go or in parts, written off, called off. */
import type { Page } from '@granary/contracts/page';
import type {
  OutboundTransferInput,
  Transfer as TransferAnswer,
  TransferCancelInput,
  TransferCreateInput,
  TransferGetInput,
  TransferListInput,
  TransferMove,
  TransferReceiveInput,
  TransferShipInput,
  TransferSummary,
  TransferWriteOffInput,
} from '@granary/contracts/transfer';
import type { Call } from '../call.ts';
import { pageOf } from '../persistence/page.ts';
import { listTransfers, type TransferName } from '../persistence/transfer-store.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, present, refused } from '../refusal.ts';
import { noteTransfer } from '../rules/transfer.ts';
import { toTransfer, toTransferSummary } from '../rules/transfer-answer.ts';
import { type Decision, draftNow, type Engine, execute } from './execution.ts';
import { loadDraft } from './stock-loader.ts';
import { decideCancel, decideReceive, decideWriteOff } from './transfer-end.ts';
import { batchRefusal, earlierTransfer, namedTransfer, planned, planRefusal, writeStep } from './transfer-plan.ts';
import { decideShipping } from './transfer-shipping.ts';

export function createTransferService(engine: Engine) {
  return {
    create: (input: TransferCreateInput, call: Call): Promise<TransferAnswer> =>
      run(engine, { procedure: 'transfer.create', input, call, decide: (tx) => decideCreate(tx, engine, input) }),
    ship: (input: TransferShipInput, call: Call): Promise<TransferMove> =>
      run(engine, {
        ...{ procedure: 'transfer.ship', input, call },
        decide: async (tx, grown) => {
          const named = await namedTransfer(tx, input);
          if (!named.ok) return { draft: await draftNow(tx, engine), outcome: named };
          return await decideShipping(tx, engine, {
            of: { transfer: named.answer },
            occurredAt: input.occurredAt,
            serials: input.serials,
            grown,
          });
        },
      }),
    receive: (input: TransferReceiveInput, call: Call): Promise<TransferMove> =>
      receiveTransfer(engine, { procedure: 'transfer.receive', input, call }),
    writeOff: (input: TransferWriteOffInput, call: Call): Promise<TransferAnswer> =>
      run(engine, { procedure: 'transfer.writeOff', input, call, decide: (tx) => decideWriteOff(tx, engine, input) }),
    cancel: (input: TransferCancelInput, call: Call): Promise<TransferAnswer> =>
      run(engine, { procedure: 'transfer.cancel', input, call, decide: (tx) => decideCancel(tx, engine, input) }),

    get: async (input: TransferGetInput): Promise<TransferAnswer> =>
      await engine.units.read(async (tx) => {
        const named = await namedTransfer(tx, input);
        if (!named.ok) throw named.refusal;
        return toTransfer(named.answer);
      }),

    list: async (input: TransferListInput): Promise<Page<TransferSummary>> =>
      await engine.units.read(async (tx) => {
        const page = await pageOf({
          list: 'transfers',
          input,
          load: (after, limit) => listTransfers(tx, { input, before: after?.[0], limit }),
          keyOf: (row) => [row.transferId],
        });
        return { items: page.items.map(toTransferSummary), nextCursor: page.nextCursor };
      }),
  };
}

/** Also the inbound door to it. */
export async function receiveTransfer(
  engine: Engine,
  receiving: Receiving<TransferReceiveInput, 'transfer.receive' | 'inbound.transfer'>,
): Promise<TransferMove> {
  return await run(engine, { ...receiving, decide: (tx) => decideReceive(tx, engine, receiving.input) });
}

/** The outbound door: planned and shipped in one step. */
export async function sendTransfer(
  engine: Engine,
  { input, call }: { readonly input: OutboundTransferInput; readonly call: Call },
): Promise<TransferMove> {
  return await run(engine, {
    ...{ procedure: 'outbound.transfer', input, call },
    decide: async (tx, grown) => {
      const earlier = await earlierTransfer(tx, input);
      if (!earlier.ok) return { draft: await draftNow(tx, engine), outcome: earlier };
      const of = earlier.answer === undefined ? { plan: input } : { transfer: earlier.answer };
      return await decideShipping(tx, engine, { of, occurredAt: input.occurredAt, serials: input.serials, grown });
    },
  });
}

interface Receiving<Input, Procedure extends string> {
  readonly procedure: Procedure;
  readonly input: Input;
  readonly call: Call;
}

interface Step<T> extends Receiving<TransferName & { readonly idempotencyKey?: string | undefined }, string> {
  readonly decide: (tx: Tx, grown: readonly string[]) => Promise<Decision<T>>;
}

async function run<T>(engine: Engine, step: Step<T>): Promise<T> {
  const { transferId, transferNo } = step.input;
  const key = `transfer:${present(transferId ?? transferNo, 'the name of a transfer')}`;
  return await execute(engine, { ...step, lock: { scope: 'document', keys: [key] } });
}

async function decideCreate(tx: Tx, engine: Engine, input: TransferCreateInput): Promise<Decision<TransferAnswer>> {
  const skuIds = input.lines.map((line) => line.skuId);
  const draft = await loadDraft(tx, engine, { levels: { skuIds: [], pairs: [] }, skuIds });
  const earlier = await earlierTransfer(tx, input);
  if (!earlier.ok) return { draft, outcome: earlier };
  if (earlier.answer !== undefined) return { draft, outcome: accepted(toTransfer(earlier.answer)) };
  const refusal = planRefusal(engine, draft, input) ?? (await batchRefusal(tx, input));
  if (refusal !== undefined) return { draft, outcome: refused(refusal) };
  const after = planned(engine, draft, { ...input, commandId: tx.commandId });
  noteTransfer(draft, 'stock.transfer.created', { before: undefined, after });
  return { draft, outcome: accepted(toTransfer(after)), write: () => writeStep(tx, undefined, after) };
}
