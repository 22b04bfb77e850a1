/** docs/costing.md shows what a server answers. */
import { test } from 'vitest';
import { costGoodsExamples } from './costing-goods.example.ts';
import { costMethodExamples } from './costing-methods.example.ts';
import { costPeriodExamples } from './costing-periods.example.ts';
import { openDiary } from './diary.ts';
import { expectFresh } from './render.ts';

const settings = {
  STOCK_COST_DEFAULT_STRATEGY: 'fifo',
  STOCK_ALLOW_NEGATIVE: 'true',
  STOCK_COST_ENABLE_MULTI_CURRENCY: 'true',
  STOCK_COST_ACCOUNTS: 'inventory=1405,purchases=2202,cost_of_sales=6401',
};

test('costing.md', { timeout: 120_000 }, async () => {
  const diary = await openDiary('2026-01-02', settings);
  try {
    const months = await costMethodExamples(diary);
    const periods = await costPeriodExamples(diary);
    await expectFresh('costing.md', { ...months, ...periods, ...(await costGoodsExamples(diary)) });
  } finally {
    await diary.end();
  }
});
