/** Short words for tests of costing on a database: goods move through the stock engine, and the rows tell what it came to. */
import type { SalesLine } from '@granary/contracts/document';
import { formatMoney } from '@granary/contracts/money';
import type { Period } from '@granary/contracts/period';
import { inbound, receipt, sale } from '@granary/domain/testing/inputs';
import { rowsOf } from '@granary/domain/testing/database-state';
import type { TestCost } from './test-cost.ts';

let made = 0;
export const next = (stem: string): string => `${stem}-${(made += 1)}`;

export interface Bought {
  readonly batchNo?: string;
  readonly locationId?: string;
  readonly occurredAt?: string;
  readonly expiresAt?: string;
}

/** So many units at so much each, and what else is to be said of them. */
export async function buy(at: TestCost, skuId: string, goods: readonly [number, string, Bought?]) {
  const [quantity, unitCost, { occurredAt, ...line } = {}] = goods;
  const header = occurredAt === undefined ? {} : { occurredAt };
  const lines = [receipt(skuId, quantity, { unitCost, ...line })];
  return await at.domain.inbound.purchase(inbound(next('PO'), lines, header), at.call);
}

type Sold = Partial<SalesLine> & { readonly occurredAt?: string };

/** So many units, or that and what else is to be said of them. */
export async function sell(at: TestCost, skuId: string, goods: number | readonly [number, Sold]) {
  const [quantity, { occurredAt, ...line }] = typeof goods === 'number' ? [goods, {} as Sold] : goods;
  const header = occurredAt === undefined ? {} : { occurredAt };
  return await at.domain.outbound.sales(sale(next('O'), [{ skuId, quantity, ...line }], header), at.call);
}

/** Oldest first. */
export async function periodsOf({ cost }: TestCost): Promise<readonly Period[]> {
  return (await cost.periods.list({ limit: 500 })).items.toReversed();
}

/** The period of today, which must be there. */
export async function periodOfToday({ cost }: TestCost): Promise<Period> {
  const { period } = await cost.periods.current();
  if (period === null) throw new Error('no period holds today');
  return period;
}

/** `receipt purchases 10 for 100.00`, in the order in which they were appended. */
export async function recordsOf(at: TestCost, skuId: string, from = 0): Promise<string[]> {
  const rows = await rowsOf(
    at.dataSource,
    'SELECT kind, account, quantity, value FROM cost_record WHERE sku_id = ? AND record_no > ? ORDER BY record_no',
    [skuId, from],
  );
  return rows.map(({ kind, account, quantity, value }) => [kind, account, quantity, 'for', short(value)].join(' '));
}

/** `10 for 100.00`, and what is owed behind a minus. */
export async function heldOf(at: TestCost, skuId: string): Promise<string> {
  const [row] = await rowsOf(at.dataSource, 'SELECT * FROM cost_state WHERE sku_id = ?', [skuId]);
  if (row === undefined) return 'nothing';
  const owed =
    Number(row['owed_quantity']) === 0 ? '' : ` - ${String(row['owed_quantity'])} for ${short(row['owed_value'])}`;
  return `${String(row['quantity'])} for ${short(row['value'])}${owed}`;
}

/** `LOT: 5 for 50.00`, oldest first. */
export async function layersOf(at: TestCost, skuId: string): Promise<string[]> {
  const rows = await rowsOf(
    at.dataSource,
    'SELECT lot, remaining, value FROM cost_layer WHERE sku_id = ? ORDER BY received_at, layer_id',
    [skuId],
  );
  return rows.map(({ lot, remaining, value }) => `${String(lot)}: ${String(remaining)} for ${short(value)}`);
}

const short = (value: unknown): string => formatMoney(BigInt(String(value).replace('.', '')));
