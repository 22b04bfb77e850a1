/** Every mutation of costing tells of itself, with what was before and after, its cause and its actor, and without a gap. */
import { readFileSync } from 'node:fs';
import { type EventType, eventTable, type StockEvent } from '@granary/contracts/event';
import { inbound, receipt } from '@granary/domain/testing/inputs';
import { createRelayDesk, gapsOf } from '@granary/domain/testing/relaying';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toldByCosting, toldByWatch } from '../testing/cost-events.ts';
import { everyCostMutation } from '../testing/cost-walk.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

let at: TestCost;
let desk: ReturnType<typeof createRelayDesk>;
const all: StockEvent[] = [];
const costTypes = Object.entries(eventTable).filter(([type]) => type.startsWith('cost.'));

beforeAll(async () => {
  at = await openTestCost({ cost: { multiCurrency: true } });
  desk = createRelayDesk(at);
  await at.domain.inbound.purchase(inbound('PO-W', [receipt('W', 100)]), at.call);
});
afterAll(() => closeSoundCost(at));

describe('one by one', () => {
  test.each(everyCostMutation.map((step) => [step.procedure, step] as const))('%s', async (procedure, { work }) => {
    const call = { ...at.call, caller: { ...at.call.caller, actor: 'walker' } };
    await desk.drain();
    desk.delivered.splice(0);
    await work({ at, call });
    await desk.drain();
    const events = desk.delivered.splice(0);
    all.push(...events);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(toldByCosting[procedure]));
    for (const event of events) {
      expect(event).toMatchObject({
        aggregate: { kind: eventTable[event.type] },
        cause: { procedure, actor: 'walker' },
      });
      expect(event.after).toEqual(expect.any(Object));
    }
  });

  test('what they tell of a SKU is what it was and what it is', () => {
    const told = (type: EventType) => all.find((event) => event.type === type);
    expect(told('cost.strategy.switched')).toMatchObject({ before: { strategy: 'fifo' }, after: { strategy: 'lifo' } });
    expect(told('cost.standard.set')?.after).toMatchObject({ skuId: 'W', standardCost: { cost: '2.00', per: 1 } });
    expect(told('cost.revalued')?.after).toMatchObject({ reason: 'walked' });
    expect(told('cost.period.unfrozen')).toMatchObject({ before: { state: 'frozen' }, after: { state: 'open' } });
  });
});

test('none is left out, and none has a gap before it', async () => {
  await desk.expectDrained();
  expect(gapsOf(all.filter(({ type }) => type.startsWith('cost.')))).toEqual([]);
  const told = [...Object.values(toldByCosting).flat(), ...toldByWatch];
  expect(new Set<string>(told)).toEqual(new Set(costTypes.map(([type]) => type)));
  expect(new Set(Object.keys(toldByCosting))).toEqual(new Set(everyCostMutation.map(({ procedure }) => procedure)));
});

test('docs/events.md has every event of costs (vitest run -u renews it)', async () => {
  const page = new URL('../../../../docs/events.md', import.meta.url);
  const MARKED = /(<!-- cost events -->\n)[\s\S]*(<!-- \/cost events -->)/;
  const rows = costTypes.map(([type, kind]) => {
    const told = Object.entries(toldByCosting).filter(([, types]) => types.some((each) => each === type));
    const procedures = told.map(([procedure]) => `\`${procedure}\``).toSorted();
    return `| \`${type}\` | ${kind} | ${procedures.join(', ') || 'the watch over variances'} |`;
  });
  const table = ['', '| event | along | raised by, among others |', '| --- | --- | --- |', ...rows, '', ''].join('\n');
  const text = readFileSync(page, 'utf8');
  expect(text).toMatch(MARKED);
  const renewed = text.replace(MARKED, (_all, open: string, close: string) => `${open}${table}${close}`);
  await expect(renewed).toMatchFileSnapshot('../../../../docs/events.md');
});
