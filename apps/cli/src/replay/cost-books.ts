/** Reads through the public client what a replay has cost: every record of a SKU, held against the reports. */
import type { GranaryClient } from '@granary/client';
import type { CostRecordAnswer } from '@granary/contracts/cost-record';
import type { RollForwardRow } from '@granary/contracts/cost-report';
import { parseMoney } from '@granary/contracts/money';
import { PlainError } from '../command.ts';
import type { CostMethod } from './cost-method.ts';
import { groupBy } from './grouping.ts';
import { decimalText, meanText, type MethodFigures, type MonthFigures, type PassFigures } from './cost-figures.ts';

interface Moved {
  inQty: number;
  outQty: number;
  inValue: bigint;
  outValue: bigint;
}

export interface BooksReader {
  /** `events` is how many rows of the stream were about the SKU. */
  figuresOf(skuId: string, events: number): Promise<PassFigures>;
}

const LIMIT = 500;

export function createBooksReader(client: GranaryClient, method: CostMethod): BooksReader {
  return {
    async figuresOf(skuId, events) {
      const [records, rolled, valued] = await Promise.all([
        everyPage((page) => client.cost.records.query({ skuId, ...page })),
        everyPage((page) => client.costReport.rollForward.query({ skuId, by: 'sku', ...page })),
        client.costReport.valuation.query({ skuId, by: 'sku', limit: 1 }),
      ]);
      const byPeriod = groupBy(records, ({ periodId }) => periodId);
      const all = movedBy(records);
      const closingQty = valued.items[0]?.quantity ?? 0;
      const closingValue = parseMoney(valued.items[0]?.value ?? '0');
      if (all.inQty - all.outQty !== closingQty || all.inValue - all.outValue !== closingValue)
        throw new PlainError(`The records of ${skuId} do not add up to what the valuation says of it.`);
      const months = rolled.flatMap((row) => monthOf(row, byPeriod.get(row.periodId) ?? []));
      const { inQty, outQty, inValue, outValue } = all;
      return {
        quantities: { events, inQty, outQty, closingQty, inValue: decimalText(inValue) },
        figures: {
          ...{ cogs: decimalText(outValue), closingValue: decimalText(closingValue) },
          ...(await ofMethod(client, method, { skuId, closingQty, closingValue, months })),
        },
        exact: { inValue, cogs: outValue, closingValue },
      };
    },
  };
}

interface Closing {
  readonly skuId: string;
  readonly closingQty: number;
  readonly closingValue: bigint;
  readonly months: readonly MonthFigures[];
}

async function ofMethod(
  client: GranaryClient,
  method: CostMethod,
  { skuId, closingQty, closingValue, months }: Closing,
): Promise<Partial<MethodFigures>> {
  switch (method) {
    case 'lifo':
      return {};
    case 'weighted_average':
      return { avgCost: meanText(closingValue, closingQty) };
    case 'periodic_average':
      return { months };
    case 'fifo': {
      if (closingQty === 0) return { layers: 0 };
      // What all of it would cost now is told layer by layer.
      const { lines } = await client.cost.calculate.query({ skuId, quantity: closingQty });
      return { layers: lines.length };
    }
  }
}

/** What the stream calls in is what came at a cost of its own; the rest, the true-ups of a close too, is what went out. */
function movedBy(records: readonly CostRecordAnswer[]): Moved {
  const moved: Moved = { inQty: 0, outQty: 0, inValue: 0n, outValue: 0n };
  for (const { kind, quantity, value } of records) {
    if (kind === 'receipt' || kind === 'return') {
      moved.inQty += quantity;
      moved.inValue += parseMoney(value);
    } else {
      moved.outQty -= quantity;
      moved.outValue -= parseMoney(value);
    }
  }
  return moved;
}

/** A month in which nothing moved has no row. */
function monthOf(row: RollForwardRow, records: readonly CostRecordAnswer[]): MonthFigures[] {
  if (records.length === 0) return [];
  const { inQty, outQty, inValue, outValue } = movedBy(records);
  const [opening, closing] = [parseMoney(row.openingValue), parseMoney(row.closingValue)];
  const addsUp =
    row.openingQuantity + inQty - outQty === row.closingQuantity && opening + inValue - outValue === closing;
  if (!addsUp) throw new PlainError(`The records of ${row.skuId} in ${row.period} do not add up to its roll-forward.`);
  const values = [opening, inValue, outValue, closing].map((value) => decimalText(value)) as [
    string,
    string,
    string,
    string,
  ];
  return [[row.period, row.openingQuantity, inQty, outQty, row.closingQuantity, ...values]];
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

async function everyPage<Item>(
  ask: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await ask({ limit: LIMIT, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = page.nextCursor;
  }
}
