/** What a month looks like once it is closed, a receipt that is told too late, freight for goods of a closed month, and a cost shared out. */
import { formatMoney, parseMoney } from '@granary/contracts/money';
import { dayOf, newRecordsOf } from './costing-records.ts';
import type { Diary } from './diary.ts';
import type { Row } from './render.ts';
import type { Session } from './session.ts';

/** Begins on 2026-02-02 with January closed, and ends in March with February closed. */
export async function costPeriodExamples(diary: Diary): Promise<Record<string, readonly Row[]>> {
  const closed = { snapshots: await snapshotsOf(diary), ...(await journalOf(diary)) };
  const late = await backDating(diary);
  const freight = await lateFreight(diary);
  return { ...closed, ...late, freight, split: await sharedOut(diary) };
}

async function january({ call }: Session): Promise<string> {
  const { items } = await call('period.list', {});
  return items.find(({ startsOn }) => startsOn === '2026-01-01')?.periodId ?? '';
}

async function snapshotsOf(diary: Diary): Promise<Row[]> {
  const { items } = await diary.call('period.snapshots', { periodId: await january(diary) });
  return items.map((each) => ({
    strategy: each.strategy,
    opening: each.openingValue,
    inbound: each.inboundValue,
    outbound: each.outboundValue,
    allocated: each.allocatedValue,
    closing: each.closingValue,
    units: each.closingQuantity,
    average: each.averageCost,
  }));
}

async function journalOf(diary: Diary): Promise<Record<string, readonly Row[]>> {
  const of = { periodId: await january(diary), skuId: 'TEA-periodic_average' };
  const { items } = await diary.call('costReport.journal', { ...of, limit: 500 });
  const { items: sums } = await diary.call('costReport.journal', { ...of, by: 'account' });
  return {
    journal: items.map(({ occurredAt, kind, account, code, debit, credit }) => ({
      ...{ date: dayOf(occurredAt ?? ''), entry: kind, account, code, debit, credit },
    })),
    'journal-sums': sums.map(({ account, code, debit, credit }) => ({ account, code, debit, credit })),
  };
}

const CUP = 'CUP';

async function backDating(diary: Diary): Promise<Record<string, readonly Row[]>> {
  const { call, turnTo } = diary;
  const buy = (documentNo: string, goods: { quantity: number; unitCost: string }, when: { occurredAt?: string } = {}) =>
    call('inbound.purchase', { documentNo, ...when, lines: [{ skuId: CUP, ...goods }] });
  const sell = (orderNo: string, quantity: number) =>
    call('outbound.sales', { orderNo, lines: [{ skuId: CUP, quantity }] });
  turnTo('2026-02-03');
  await buy('PO-CUP-1', { quantity: 10, unitCost: '1.00' });
  turnTo('2026-02-05');
  await sell('CUP-1', 8);
  turnTo('2026-02-10');
  await buy('PO-CUP-2', { quantity: 10, unitCost: '2.00' });
  turnTo('2026-02-12');
  await sell('CUP-2', 4);
  const appended = newRecordsOf(diary, CUP);
  const posted = await appended();
  turnTo('2026-02-14');
  const occurredAt = '2026-02-02T12:00:00Z';
  const late = { quantity: 5, unitCost: '0.50' };
  const preview = await call('cost.preview', { skuId: CUP, type: 'receipt', ...late, occurredAt });
  await buy('PO-CUP-LATE', late, { occurredAt });
  const rows = (records: typeof posted, when: string): Row[] =>
    records.map(({ occurredAt: at, kind, account, quantity, value }) => ({
      ...{ appended: when, date: dayOf(at), record: kind, account, quantity, 'value of stock': value },
    }));
  const said = preview.periods.map(({ period, costOfSales, value, records }) => ({
    ...{ period, 'cost of sales': costOfSales, 'value of stock': value, 'rows appended': records },
  }));
  return { preview: said, backdating: [...rows(posted, 'at once'), ...rows(await appended(), '2026-02-14')] };
}

const POT = 'POT';

async function lateFreight(diary: Diary): Promise<Row[]> {
  const { call, turnTo } = diary;
  turnTo('2026-02-20');
  const lines = [{ skuId: POT, quantity: 100, unitCost: '5.00' }];
  const bought = await call('inbound.purchase', { documentNo: 'PO-POT', lines });
  turnTo('2026-02-25');
  await call('outbound.sales', { orderNo: 'POT-1', lines: [{ skuId: POT, quantity: 40 }] });
  turnTo('2026-03-02');
  const { items } = await call('period.list', { state: 'open' });
  const february = items.find(({ startsOn }) => startsOn === '2026-02-01');
  await call('period.close', { periodId: february?.periodId ?? '' });
  const before = await rollForward(diary, 'before the freight');
  turnTo('2026-03-05');
  const receipt = { documentId: bought.id, batchId: bought.lines[0]?.batchId ?? '' };
  await call('costAllocation.lateCost', { skuId: POT, ...receipt, amount: '60.00', reason: 'freight of PO-POT' });
  return [...before, ...(await rollForward(diary, 'after it'))];
}

async function rollForward({ call }: Session, asked: string): Promise<Row[]> {
  const { items } = await call('costReport.rollForward', { skuId: POT });
  return items.map((row) => ({
    asked,
    period: row.period,
    opening: row.openingValue,
    inbound: row.inboundValue,
    allocated: row.allocatedValue,
    outbound: row.outboundValue,
    closing: row.closingValue,
  }));
}

async function sharedOut(diary: Diary): Promise<Row[]> {
  const { call, turnTo } = diary;
  turnTo('2026-03-06');
  const targets = [CUP, POT, 'TEA-fifo'].map((skuId) => ({ skuId, weight: '1' }));
  await call('costAllocation.createRule', { name: 'warehouse rent', source: 'indirect', method: 'ratio', targets });
  const { targets: parts } = await call('costAllocation.allocate', { rule: 'warehouse rent', amount: '100.00' });
  const sum = (of: 'capitalised' | 'expensed') =>
    formatMoney(parts.reduce((all, part) => all + parseMoney(part[of]), 0n));
  return [
    ...parts.map(({ skuId, capitalised, expensed }) => ({ skuId, capitalised, expensed })),
    { skuId: 'in all', capitalised: sum('capitalised'), expensed: sum('expensed') },
  ];
}
