/** Transfers with their lines and parts: found by id or number, locked after the levels, listed newest first. */
import type { TransferListInput } from '@granary/contracts/transfer';
import type { Transfer, TransferLineRow, TransferPartRow, TransferRow } from '../entities/transfer.ts';
import { placesOf } from '../rules/location-scope.ts';
import { whereOf } from './filter.ts';
import { transferLines, transferParts, transfers } from './tables.ts';
import type { Tx } from './transaction.ts';
import { appendRows, changeRows } from './write-rows.ts';

export interface TransferName {
  readonly transferId?: string | undefined;
  readonly transferNo?: string | undefined;
}

/** Without a lock, whoever asks: the caller looks at the scope. */
export async function findTransfer(tx: Tx, { transferId, transferNo }: TransferName): Promise<Transfer | undefined> {
  const { where, parameters } = whereOf([
    ['t.transfer_id = ?', transferId],
    ['t.transfer_no = ?', transferNo],
  ]);
  const [row] = await tx.select(transfers, where, parameters);
  return row === undefined ? undefined : await withLines(tx, row);
}

/** Under the lock of its header, which whoever changes lines or parts holds. */
export async function lockTransfer(tx: Tx, transferId: string): Promise<Transfer | undefined> {
  const [row] = await tx.select(transfers, 'FORCE INDEX (PRIMARY) WHERE t.transfer_id = ? FOR UPDATE', [transferId]);
  return row === undefined ? undefined : await withLines(tx, row);
}

async function withLines(tx: Tx, row: TransferRow): Promise<Transfer> {
  const key = [row.transferId];
  return {
    ...row,
    lines: await tx.select(transferLines, 'WHERE t.transfer_id = ? ORDER BY t.line_no', key),
    parts: await tx.select(transferParts, 'WHERE t.transfer_id = ? ORDER BY t.part_no', key),
  };
}

export async function listTransfers(
  tx: Tx,
  { input, before, limit }: { input: TransferListInput; before: string | undefined; limit: number },
): Promise<readonly TransferRow[]> {
  const { where, parameters } = whereOf([
    ['t.state = ?', input.state],
    ['t.from_location_id = ?', input.fromLocationId],
    ['t.to_location_id = ?', input.toLocationId],
    ['t.transfer_id IN (SELECT l.transfer_id FROM stock_transfer_line AS l WHERE l.sku_id = ?)', input.skuId],
    ['t.transfer_id < ?', before],
    ['t.from_location_id IN (?)', placesOf(tx.scope)],
    ['t.to_location_id IN (?)', placesOf(tx.scope)],
  ]);
  return await tx.select(transfers, `${where} ORDER BY t.transfer_id DESC LIMIT ${limit}`, parameters);
}

const HEADER = [
  ...(['state', 'documentId', 'shippedAt', 'endedAt', 'endReason', 'commandId'] as const),
] satisfies (keyof TransferRow)[];
const PART = ['received', 'inTransit', 'writtenOff', 'returned'] satisfies (keyof TransferPartRow)[];

/** A transfer as a decision left it; `before` is what was loaded, undefined for a new one. */
export async function writeTransfer(tx: Tx, before: Transfer | undefined, after: Transfer): Promise<void> {
  if (before === undefined) {
    await appendRows(tx, transfers, [after]);
    await appendRows<TransferLineRow>(tx, transferLines, after.lines);
  } else {
    const header = { table: transfers, keys: ['transferId'], set: HEADER, fence: 'version' } as const;
    await changeRows<TransferRow>(tx, header, [{ row: after, from: before.version }]);
  }
  const known = new Map((before?.parts ?? []).map((part) => [part.partNo, part]));
  const fresh = after.parts.filter((part) => !known.has(part.partNo));
  if (fresh.length > 0) await appendRows<TransferPartRow>(tx, transferParts, fresh);
  const changed = after.parts.filter((part) => known.has(part.partNo) && known.get(part.partNo) !== part);
  const parts = { table: transferParts, keys: ['transferId', 'partNo'], set: PART } as const;
  await changeRows<TransferPartRow>(
    tx,
    parts,
    changed.map((row) => ({ row })),
  );
}
