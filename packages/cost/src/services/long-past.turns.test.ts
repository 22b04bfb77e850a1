/** A SKU with a long past is costed again in slices: whoever previews or corrects it, the process goes on answering others. */
import { createUnitOfWork } from '@granary/domain/persistence/unit-of-work';
import { testConfig, testPorts } from '@granary/domain/testing/test-domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCost, createCostCore } from '../cost.ts';
import { forgotten, longPast, postEvents, unlikeScratch } from '../rehearsal/long-past.ts';
import { longestStretch } from '../testing/loop-share.ts';
import { openTestCost, testCostConfig, type TestCost } from '../testing/test-cost.ts';

const MOVEMENTS = 12_000;
/** In slices it is some hundredths; in one piece it was half of all the work and more. */
const MOST = 0.2;

let at: TestCost;

beforeAll(async () => {
  at = await openTestCost();
});
afterAll(() => at.close());

test('where as many events are allowed at once, a past of thousands is corrected where it is told', async () => {
  const ports = testPorts();
  const core = createCostCore({ config: { ...testCostConfig, eventsAtOnce: 10_000 }, ids: ports.ids });
  const units = createUnitOfWork(at.dataSource, { ...testConfig, requestDeadlineMs: 60_000 }, ports);
  const books = { units, engine: core, call: at.call };
  await at.domain.skus.create({ skuId: 'at once' }, at.call);
  await postEvents(books, 'at once', longPast(5000, ports.ids));
  await postEvents(books, 'at once', [forgotten(5000, ports.ids)]);
  expect(await unlikeScratch(books, 'at once')).toEqual([]);
});

describe.each(['fifo', 'periodic_average'])('by %s', (defaultStrategy) => {
  const ports = testPorts();
  const skuId = `long ${defaultStrategy}`;
  const core = createCostCore({ config: { ...testCostConfig, defaultStrategy }, ids: ports.ids });
  const late = forgotten(MOVEMENTS, ports.ids);

  const opened = () => {
    const units = createUnitOfWork(at.dataSource, { ...testConfig, requestDeadlineMs: 60_000 }, ports);
    const cost = createCost({ core, dataSource: at.dataSource, config: testConfig, ports });
    return { cost, books: { units, engine: core, call: at.call } };
  };

  beforeAll(async () => {
    await at.domain.skus.create({ skuId, name: skuId }, at.call);
    await postEvents(opened().books, skuId, longPast(MOVEMENTS, ports.ids));
  }, 60_000);

  test('a preview leaves others their turns', async () => {
    const { cost } = opened();
    const asked = { skuId, type: 'receipt', quantity: 100, unitCost: '4.00', occurredAt: late.at } as const;
    expect(await longestStretch(() => cost.preview(asked))).toBeLessThan(MOST);
  });

  test('so does a worker that plans the corrections', async () => {
    const { cost, books } = opened();
    await postEvents(books, skuId, [late]);
    const next = cost.recosting();
    expect(await longestStretch(() => next(at.call))).toBeLessThan(MOST);
  });
});
