/** What of a transfer on its way a call means: all of it, some of its lines, or pieces by name. */
import type { TransferPart } from '@granary/contracts/transfer';
import { compare } from './fill.ts';
import { checkShape } from './piece-names.ts';
import { met } from './sometimes.ts';
import type { OracleTransfer, OracleTransferPart } from './transfer-row.ts';
import type { Refusals } from './verdict.ts';
import type { World } from './world.ts';

export interface Taken {
  readonly part: OracleTransferPart;
  readonly quantity: number;
  /** Of a tracked SKU. */
  readonly pieces: readonly string[];
}

export function onTheWay({ parts }: OracleTransfer): number {
  return parts.reduce((sum, part) => sum + part.inTransit, 0);
}

export function rest({ parts }: OracleTransfer): Taken[] {
  const left = parts.filter((part) => part.inTransit > 0);
  return left.map((part) => ({ part, quantity: part.inTransit, pieces: part.pieces }));
}

interface Asked {
  readonly transfer: OracleTransfer;
  readonly lines: readonly TransferPart[] | undefined;
}

/** So much of each line, batch by batch in the order in which they were shipped; left out, everything that is on the way. */
export function takeParts(world: World, { transfer, lines }: Asked, refusals: Refusals): Taken[] {
  if (lines === undefined) return rest(transfer);
  checkPieces(world, { transfer, lines }, refusals);
  const taken = new Map<OracleTransferPart, number>();
  for (const { line, batchNo, quantity, serials } of lines) {
    const own = transfer.parts.filter(
      (part) => part.line === line && (batchNo === undefined || part.batchNo === batchNo),
    );
    if (own.length === 0) refusals.must.set('INV_007', 'no such line or batch of it');
    let missing = quantity;
    for (const part of own) {
      const named = serials?.filter((serial) => part.pieces.includes(serial)).length;
      const some = Math.min(missing, named ?? missing, part.inTransit - (taken.get(part) ?? 0));
      if (some > 0) taken.set(part, (taken.get(part) ?? 0) + some);
      missing -= Math.max(0, some);
    }
    if (missing > 0) refusals.must.set('INV_010', 'more than is on the way');
  }
  return transfer.parts.flatMap((part) => {
    const quantity = taken.get(part) ?? 0;
    return quantity === 0 ? [] : [{ part, quantity, pieces: chosen(part, lines).slice(0, quantity) }];
  });
}

/** Named pieces must be on the way by their line. */
function checkPieces(
  world: World,
  { transfer, lines }: { transfer: OracleTransfer; lines: readonly TransferPart[] },
  refusals: Refusals,
): void {
  const said = lines.flatMap(({ line, quantity, serials, batchNo }) => {
    const skuId = transfer.lines[line - 1]?.skuId ?? '';
    return serials === undefined ? [] : [{ line, skuId, quantity, serials, batchNo }];
  });
  checkShape(world, said, refusals);
  for (const { line, serials, batchNo } of said) {
    const parts = transfer.parts.filter((part) => part.line === line && (batchNo ?? part.batchNo) === part.batchNo);
    const isLost = serials.some((serial) => !parts.some((part) => part.pieces.includes(serial)));
    if (isLost) refusals.must.set('INV_007', 'a piece that is not on the way by it');
  }
  if (said.length > 0) met(world, 'pieces are named that arrive or are lost');
}

/** Named ones, then the lowest that nobody names. */
function chosen({ line, pieces }: OracleTransferPart, lines: readonly TransferPart[]): string[] {
  const named = new Set(lines.flatMap((said) => (said.line === line ? (said.serials ?? []) : [])));
  const lowest = pieces.toSorted(compare);
  return [...lowest.filter((serial) => named.has(serial)), ...lowest.filter((serial) => !named.has(serial))];
}
