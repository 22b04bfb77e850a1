/** Receipts that were priced in another currency, as the base currency has them: the line is converted, not its unit. */
import type { InboundLine } from '@granary/contracts/document';
import type { Instant } from '@granary/contracts/instant';
import { divideMoney } from '@granary/contracts/money';
import type { Tx } from '../persistence/transaction.ts';
import type { Exchange } from '../ports/exchange.ts';
import { invalidInput, invariant } from '../refusal.ts';
import type { Receipt } from '../rules/receipt.ts';

export interface Exchanging {
  /** One for each receipt. */
  readonly lines: readonly InboundLine[];
  readonly exchange: Exchange | undefined;
  readonly at: Instant;
}

export async function inBaseCurrency(
  tx: Tx,
  receipts: readonly Receipt[],
  { lines, exchange, at }: Exchanging,
): Promise<readonly Receipt[]> {
  const foreign = receipts.flatMap((receipt, place) => {
    const currency = lines[place]?.currency;
    return currency === undefined ? [] : [{ place, path: `lines.${place}.currency`, currency, receipt }];
  });
  if (foreign.length === 0) return receipts;
  if (exchange === undefined) {
    const message = 'is not taken: costing is switched off, and with it prices in other currencies';
    throw invalidInput(foreign.map(({ path }) => ({ path, message })));
  }
  const asked = foreign.map(({ path, currency, receipt: { unitCost, quantity } }) => {
    return { path, currency, unitCost, quantity };
  });
  const exchanged = await exchange(tx, asked, at);
  const converted = [...receipts];
  for (const [each, { place, receipt }] of foreign.entries()) {
    const answer = exchanged[each];
    invariant(answer !== undefined, 'a price was not exchanged');
    const { value, price } = answer;
    const unitCost = divideMoney(value, BigInt(receipt.quantity));
    converted[place] = price === undefined ? receipt : { ...receipt, unitCost, value, price };
  }
  return converted;
}
