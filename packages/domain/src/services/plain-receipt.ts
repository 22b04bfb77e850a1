/** A line of an inbound document as a receipt, with its number, its cost and its dates resolved. */
import type { InboundLine } from '@granary/contracts/document';
import { parseMoney } from '@granary/contracts/money';
import { expiryOf } from '../rules/calendar.ts';
import type { Draft } from '../rules/draft.ts';
import type { Receipt } from '../rules/receipt.ts';

/** Left out, the batch number is the document's with the line's. */
export function plainReceipt(
  draft: Draft,
  line: InboundLine,
  { at, documentNo, timezone }: { at: number; documentNo: string; timezone: string },
): Receipt {
  const { skuId, locationId, quantity, qualityLevel } = line;
  const shelfLifeDays = draft.skus.get(skuId)?.shelfLifeDays ?? null;
  return {
    ...{ skuId, locationId, quantity, qualityLevel, at },
    batchNo: line.batchNo ?? `${documentNo}-${at + 1}`,
    unitCost: parseMoney(line.unitCost),
    producedOn: line.producedOn ?? null,
    expiresAt: expiryOf({ ...line, shelfLifeDays, timezone }),
    attributes: line.attributes ?? null,
  };
}
