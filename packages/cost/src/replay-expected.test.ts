/** 146,835 receipts, returns and sales of a real shop, 200 items by four methods, against figures that were made elsewhere. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Instant, parseInstant } from '@granary/contracts/instant';
import { parseMoney } from '@granary/contracts/money';
import { needsShared } from '@granary/testkit/shared-folder';
import { expect, test } from 'vitest';
import { planClose } from './core/close.ts';
import type { CostEvent } from './core/event.ts';
import { defaultPolicy } from './core/policy.ts';
import { planPosting } from './core/posting.ts';
import { emptyState } from './core/state.ts';
import { strategies } from './rehearsal/history.ts';

interface Figures {
  readonly cogs: string;
  readonly closingValue: string;
  readonly months?: readonly (readonly (string | number)[])[];
}
type Expected = Readonly<Record<string, Readonly<Record<string, Figures>> & { readonly closingQty: number }>>;

const METHODS = {
  FIFO: 'fifo',
  LIFO: 'lifo',
  MOVING_AVERAGE: 'weighted_average',
  WAVG_PERIODIC_MONTHLY: 'periodic_average',
};
const context = { strategies, policy: defaultPolicy };
/** A hundredth, in millionths. */
const TOLERANCE = 10_000n;

needsShared(test)('every item costs what it should by each method, and every month closes where it should', checkAll);

function checkAll(shared: string): void {
  const expected: Expected = JSON.parse(readFileSync(join(shared, 'truth', 'replay_expected.json'), 'utf8')).skus;
  const events = readEvents(join(shared, 'data', 'replay_events.csv.gz'));
  const wrong: string[] = [];
  const far = (a: bigint, text: string | number | undefined) => {
    const away = a - parseMoney(String(text));
    return away > TOLERANCE || away < -TOLERANCE;
  };
  for (const [sku, figures] of Object.entries(expected)) {
    for (const [method, strategy] of Object.entries(METHODS)) {
      const want = figures[method];
      const { closing, cogs, quantity, months } = byMonth(events.get(sku) ?? [], strategy);
      if (far(closing, want?.closingValue) || far(cogs, want?.cogs))
        wrong.push(`${sku} ${method}: ${cogs} and ${closing}`);
      if (quantity !== figures.closingQty) wrong.push(`${sku} ${method}: ${quantity} units`);
      for (const [month, , , , units, , , , value] of want?.months ?? []) {
        const got = months.get(String(month));
        if (got?.quantity !== units || far(got?.value ?? -1n, value)) wrong.push(`${sku} ${method} ${month}`);
      }
    }
  }
  expect(Object.keys(expected)).toHaveLength(200);
  expect(wrong).toEqual([]);
}

/** Month after month, each closed: the state after the close opens the next. */
function byMonth(events: readonly CostEvent[], strategy: string) {
  let state = emptyState('SKU', strategy);
  const months = new Map<string, { quantity: number; value: bigint }>();
  let received = 0n;
  for (const month of new Set(events.map((event) => event.at.slice(0, 7)))) {
    const own = events.filter((event) => event.at.startsWith(month));
    for (const event of own) received += event.type === 'receipt' ? (event.value ?? 0n) : 0n;
    state = strategies.get(strategy).periodic
      ? planClose(state, { events: own, closeId: `close ${month}` }, context).state
      : planPosting(state, own, context).state;
    months.set(month, { quantity: state.quantity, value: state.value });
  }
  return { closing: state.value, cogs: received - state.value, quantity: state.quantity, months };
}

function readEvents(path: string): Map<string, CostEvent[]> {
  const [, ...lines] = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
  const bySku = new Map<string, CostEvent[]>();
  for (const line of lines) {
    const [seq = '', time = '', sku = '', type, units, unitCost = ''] = line.split(',');
    const id = seq.padStart(9, '0');
    const quantity = Number(units);
    const at = parseInstant(time) ?? ('' as Instant);
    const list = bySku.get(sku) ?? [];
    bySku.set(sku, list);
    if (type === 'sale') list.push({ type: 'issue', id, at, account: 'cost_of_sales', quantity });
    else
      list.push({
        type: 'receipt',
        id,
        at,
        account: 'purchases',
        quantity,
        value: parseMoney(unitCost) * BigInt(quantity),
      });
  }
  return bySku;
}
