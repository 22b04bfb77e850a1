/** The events that move value and no goods: late costs, write-downs, a new standard cost, another strategy. */
import { formatMoney } from '@granary/contracts/money';
import { type Book, reaverage, reorder } from './book.ts';
import type { Allocation, Revaluation, StandardCost, StrategySwitch } from './event.ts';
import type { Desk, Effect } from './desk.ts';
import type { Account, CostRecord, RecordKind } from './record.ts';
import { calculationFailed } from './refusal.ts';
import { share } from './share.ts';
import { splitAmount } from './split.ts';
import { currentCost } from './state.ts';

/**
 * A cost that belongs to goods (IAS 2.10) is theirs wherever they are: the share of what is still held goes onto the stock,
 * the share of what has left into the cost of sales of now; what was posted before stays as it is.
 */
export function allocate({ book, policy, flows }: Desk, event: Allocation): Effect {
  const { id, amount, receiptId } = event;
  const layers = book.layers.filter((layer) => receiptId === undefined || layer.receiptId === receiptId);
  // The whole SKU is not the sum of its layers here: not all of them need to be loaded for it.
  const remaining = receiptId === undefined ? book.quantity : layers.reduce((sum, layer) => sum + layer.remaining, 0);
  const quantity = Math.max(event.quantity ?? received(book, flows, receiptId) ?? remaining, remaining);
  const onHand = quantity === 0 ? 0n : share({ value: amount, quantity }, remaining);
  // A credit may not make goods worth less than nothing; the rest lowers the cost of sales.
  const floor = -(book.strategy.value === 'pool' ? book.value : layers.reduce((sum, { value }) => sum + value, 0n));
  const capitalised = onHand < floor ? floor : onHand;
  const record = entries(id);
  const records = [record('allocation', 'allocations', amount)];
  if (capitalised !== amount) records.push(record('allocation', 'cost_of_sales', capitalised - amount));
  if (book.strategy.receipts === 'standard' && book.standardCost !== null && capitalised !== 0n) {
    // Stock at standard cost stays there: what goods cost beyond it is a variance.
    return { records: [...records, record('variance', 'variance', -capitalised)] };
  }
  addValue(book, capitalised, layers);
  reaverage(book, policy);
  return { records };
}

function received({ skuId }: Book, flows: Desk['flows'], receiptId: string | undefined): number | undefined {
  if (receiptId === undefined) return undefined;
  const flow = flows.get(receiptId);
  if (flow !== undefined) return flow.quantity;
  throw calculationFailed(
    skuId,
    `A cost is to be brought to receipt ${receiptId}, of which ${skuId} knows nothing.`,
    'Name a receipt of this SKU, or the number of units that the cost is for.',
  );
}

/** Write-down to net realisable value and its reversal (IAS 2.28-33), in proportion to what each layer is worth. */
export function revalue({ book, policy }: Desk, { id, amount: asked, isCapped }: Revaluation): Effect {
  if (isCapped && book.quantity === 0) return { records: [] };
  const amount = isCapped && book.value + asked < 0n ? -book.value : asked;
  if (book.quantity === 0 || book.value + amount < 0n) {
    throw calculationFailed(
      book.skuId,
      `${book.skuId} cannot be revalued by ${formatMoney(amount)}: ${book.quantity} units worth ${formatMoney(book.value)} are held.`,
      'Write down at most the value held, and only while something is held.',
    );
  }
  addValue(book, amount, book.layers);
  reaverage(book, policy);
  return { records: [entries(id)('revaluation', 'revaluation', amount)] };
}

export function changeStandard({ book, policy }: Desk, { id, cost, per }: StandardCost): Effect {
  book.standardCost = { value: cost, quantity: per };
  const change = share(book.standardCost, book.quantity) - book.value;
  if (book.strategy.receipts !== 'standard' || book.quantity === 0 || change === 0n) return { records: [] };
  addValue(book, change, book.layers);
  reaverage(book, policy);
  return { records: [entries(id)('revaluation', 'revaluation', change)] };
}

/** Another order, another place for the value, the same value before and after. */
export function switchStrategy({ book, policy, strategies }: Desk, { id, strategy: name }: StrategySwitch): Effect {
  const strategy = strategies.get(name);
  const [from, to] = [book.strategy.value, strategy.value];
  if (from === 'pool' && to === 'layer') spread(book.layers, book.value, 'quantity');
  if (from === 'layer' && to === 'pool') for (const layer of book.layers) layer.value = 0n;
  book.strategy = strategy;
  book.layers.sort(strategy.compare);
  // Whoever names no standard cost starts with what the goods have cost until now.
  if (strategy.receipts === 'standard') book.standardCost ??= currentCost(book);
  reaverage(book, policy);
  return { records: [entries(id)('switch', 'revaluation', 0n)] };
}

function entries(id: string) {
  return (kind: RecordKind, account: Account, value: bigint): CostRecord => {
    return { kind, account, causeId: id, subjectId: id, quantity: 0, value };
  };
}

function addValue(book: Book, value: bigint, layers: Book['layers']): void {
  book.value += value;
  if (book.strategy.value === 'pool' || value === 0n) return;
  // New cost lies on every unit alike; what is taken away can only be taken where there is value.
  spread(layers, value, value > 0n ? 'quantity' : 'value');
  reorder(book);
}

function spread(layers: Book['layers'], value: bigint, by: 'quantity' | 'value'): void {
  const weights = layers.map((layer) => (by === 'quantity' ? BigInt(layer.remaining) : layer.value));
  const parts = splitAmount(value, weights);
  if (parts === undefined) throw new Error(`costing broke: there is no layer for ${value} millionths`);
  for (const [at, layer] of layers.entries()) layer.value += parts[at] ?? 0n;
}
