/** How a transfer is told: by itself, with a step that is repeated, and in lists. */
import { formatMoney } from '@granary/contracts/money';
import type { Transfer, TransferListInput, TransferMove, TransferSummary } from '@granary/contracts/transfer';
import { toldNow } from './documents.ts';
import { met } from './sometimes.ts';
import type { OracleTransfer, OracleTransferPart } from './transfer-row.ts';
import { createRefusals, expectEqual, settle, type Outcome } from './verdict.ts';
import type { World } from './world.ts';

/** Shipping once more, or receiving a receipt once more: the transfer as it stands now, and the document of the first time. */
export function expectRepeat(
  world: World,
  repeat: { transfer: OracleTransfer; documentId: string | null },
  answer: TransferMove,
): void {
  met(world, 'a step of a transfer repeated');
  const { transfer, documentId } = repeat;
  expectTransfer(answer.transfer, transfer);
  const known = [...world.documents.values()].find((each) => each.id === documentId);
  if (known !== undefined) expectEqual('the document of a repeated step', answer.document, toldNow(known));
}

export function expectTransfer(actual: Transfer, expected: OracleTransfer): void {
  const { id, transferNo, fromLocationId, toLocationId, expectedAt, operator, reason } = expected;
  const { createdAt: _createdAt, endedAt, ...told } = actual;
  const { state, shippedAt, endReason, version, lines } = expected;
  const hasEnded = state === 'done' || state === 'cancelled';
  expectEqual(
    `transfer ${transferNo}`,
    { ...told, expectedAt: told.expectedAt?.slice(0, 19) },
    {
      ...{ id, transferNo, fromLocationId, toLocationId, operator, reason, state, shippedAt, endReason, version },
      expectedAt: expectedAt?.slice(0, 19),
      lines: lines.map(({ skuId, quantity }, at) => {
        const own = expected.parts.filter((part) => part.line === at + 1);
        const batches = own.map(
          ({ batchId, batchNo, unitCost, line: _line, skuId: _sku, pieces: _pieces, ...where }) => ({
            ...{ batchId, batchNo, unitCost: formatMoney(unitCost), ...where },
          }),
        );
        return { line: at + 1, skuId, quantity, ...sumOf(own), batches };
      }),
    },
  );
  expectEqual(`whether transfer ${transferNo} has ended`, endedAt !== null, hasEnded);
}

function sumOf(parts: readonly OracleTransferPart[]) {
  const sum = (of: (part: OracleTransferPart) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    ...{ shipped: sum((part) => part.shipped), received: sum((part) => part.received) },
    ...{ inTransit: sum((part) => part.inTransit), writtenOff: sum((part) => part.writtenOff) },
    returned: sum((part) => part.returned),
  };
}

export function judgeTransferList(
  world: World,
  input: TransferListInput,
  outcome: Outcome<{ readonly items: readonly TransferSummary[] }>,
): void {
  if (!settle(outcome, createRefusals())) return;
  const fits = [...world.transfers.values()].filter(
    (each) =>
      (input.state === undefined || each.state === input.state) &&
      (input.fromLocationId === undefined || each.fromLocationId === input.fromLocationId) &&
      (input.toLocationId === undefined || each.toLocationId === input.toLocationId) &&
      (input.skuId === undefined || each.lines.some((line) => line.skuId === input.skuId)),
  );
  const told = outcome.answer.items.map((row) => `${row.id} ${row.state} ${row.version} ${row.lineCount}`);
  const expected = fits.map((each) => `${each.id} ${each.state} ${each.version} ${each.lines.length}`);
  expectEqual('the transfers listed', told.toSorted(), expected.toSorted());
}
