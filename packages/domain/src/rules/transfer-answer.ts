/** A transfer as callers see it. */
import { formatMoney } from '@granary/contracts/money';
import type { Transfer as TransferAnswer, TransferSummary } from '@granary/contracts/transfer';
import type { Transfer, TransferPartRow, TransferRow } from '../entities/transfer.ts';

type Whereabouts = Pick<TransferPartRow, 'shipped' | 'received' | 'inTransit' | 'writtenOff' | 'returned'>;

export function toTransfer(transfer: Transfer): TransferAnswer {
  return {
    ...headerOf(transfer),
    lines: transfer.lines.map(({ lineNo, skuId, quantity }) => {
      const parts = transfer.parts.filter((part) => part.lineNo === lineNo);
      return {
        ...{ line: lineNo, skuId, quantity },
        ...parts.reduce<Whereabouts>(plus, NOWHERE),
        batches: parts.map((part) => {
          const { batchId, batchNo, unitCost } = part;
          return { batchId, batchNo, unitCost: formatMoney(unitCost), ...plus(NOWHERE, part) };
        }),
      };
    }),
  };
}

export function toTransferSummary(row: TransferRow): TransferSummary {
  return { ...headerOf(row), lineCount: row.lineCount };
}

function headerOf(row: TransferRow): Omit<TransferAnswer, 'lines'> {
  const { transferId, transferNo, fromLocationId, toLocationId, state, expectedAt, operator, reason } = row;
  const { createdAt, shippedAt, endedAt, endReason, version } = row;
  return {
    id: transferId,
    ...{ transferNo, fromLocationId, toLocationId, state, expectedAt, operator, reason },
    ...{ createdAt, shippedAt, endedAt, endReason, version },
  };
}

const NOWHERE: Whereabouts = { shipped: 0, received: 0, inTransit: 0, writtenOff: 0, returned: 0 };

function plus(a: Whereabouts, b: Whereabouts): Whereabouts {
  return {
    shipped: a.shipped + b.shipped,
    received: a.received + b.received,
    inTransit: a.inTransit + b.inTransit,
    writtenOff: a.writtenOff + b.writtenOff,
    returned: a.returned + b.returned,
  };
}
