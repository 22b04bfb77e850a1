/** Cost records as rows of a page: what was appended to the books of a SKU since somebody last looked. */
import { formatMoney, parseMoney } from '@granary/contracts/money';
import type { Row } from './render.ts';
import type { OutputOf, Session } from './session.ts';

type CostRecord = OutputOf<'cost.records'>['items'][number];

/** Answers only what is new at each call. */
export function newRecordsOf({ call }: Session, skuId: string): () => Promise<readonly CostRecord[]> {
  let seen = 0;
  return async () => {
    const { items } = await call('cost.records', { skuId, limit: 500 });
    const appended = items.filter(({ recordNo }) => recordNo > seen).toSorted((a, b) => a.recordNo - b.recordNo);
    seen = appended.at(-1)?.recordNo ?? seen;
    return appended;
  };
}

export const dayOf = (at: string): string => at.slice(0, 10);

export const rowOf = ({ kind, account, quantity, value }: CostRecord): Row => ({
  record: kind,
  account,
  quantity,
  'value of stock': value,
});

/** What these records charged to an account; empty when nothing. */
export function chargedTo(account: string, records: readonly CostRecord[]): string {
  const sum = records.reduce((all, each) => all + (each.account === account ? parseMoney(each.value) : 0n), 0n);
  return sum === 0n ? '' : formatMoney(-sum);
}
