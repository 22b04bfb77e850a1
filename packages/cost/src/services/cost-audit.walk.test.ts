/** Every mutation of costing leaves a record that tells who, from where, what, old and new. */
import type { AuditRecord } from '@granary/contracts/audit';
import { inbound, receipt } from '@granary/domain/testing/inputs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyCostMutation } from '../testing/cost-walk.ts';
import { closeSoundCost, openTestCost, type TestCost } from '../testing/test-cost.ts';

const caller = { actor: 'walker', address: '192.0.2.7', agent: 'walker/1', requestId: 'walk' };
const call = { caller, deadlineMs: 30_000, mayBackdate: true };

let at: TestCost;
const walked = new Map<string, AuditRecord>();
beforeAll(async () => {
  at = await openTestCost({ cost: { multiCurrency: true } });
  await at.domain.inbound.purchase(inbound('PO-W', [receipt('W', 100)]), call);
}, 60_000);
afterAll(() => closeSoundCost(at));

describe('every mutation', () => {
  test.each(everyCostMutation.map((step) => [step.procedure, step] as const))(
    '%s tells who, from where, old and new',
    async (procedure, { work }) => {
      await work({ at, call });
      const { items } = await at.domain.audit.search({ procedure, limit: 9 });
      expect(items.length).toBeGreaterThan(0);
      const record = await at.domain.audit.get({ commandId: items[0]?.commandId ?? '' });
      walked.set(procedure, record);
      expect(record).toMatchObject({ actor: 'walker', address: caller.address, agent: caller.agent, outcome: 'done' });
      expect(record.request).toEqual(expect.any(Object));
      expect(record.after).not.toBeNull();
    },
  );

  test('nothing but what is new has nothing before it', () => {
    const makers = [...walked].filter(([, { before }]) => before === null).map(([procedure]) => procedure);
    const posted = ['costAllocation.allocate', 'costAllocation.lateCost'];
    expect(makers.sort()).toEqual(['costAllocation.createRule', 'cost.setRate', 'period.create', ...posted].sort());
  });

  test('what changes a SKU is found by it', async () => {
    const { items } = await at.domain.audit.search({ skuId: 'W', limit: 50 });
    const found = items.map(({ procedure }) => procedure);
    expect(found).toEqual(
      expect.arrayContaining(['cost.switchStrategy', 'cost.revalue', 'cost.standardCost', 'costAllocation.lateCost']),
    );
  });

  test('a reason stands in the record of whatever needs one', () => {
    for (const procedure of ['cost.revalue', 'costAllocation.lateCost', 'period.unfreeze'])
      expect(walked.get(procedure)?.request).toMatchObject({ reason: 'walked' });
  });

  test('none is forgotten', () => {
    const readers = [
      'calculate',
      'calculateMany',
      'averageCost',
      'inventoryValue',
      'records',
      'strategies',
      'preview',
      'rates',
    ];
    // What the worker goes on with was asked for by somebody whose call is on record.
    const ofTheWorker = ['open', 'verify', 'recosting', 'autoClose', 'watchVariance'];
    const all = [...readers, ...ofTheWorker, 'current', 'get', 'list', 'snapshots', 'rules', 'allocated'];
    const services = { cost: at.cost, period: at.cost.periods, costAllocation: at.cost.allocations };
    const mutations = Object.entries(services).flatMap(([noun, service]) =>
      Object.entries(service)
        .filter(([verb, method]) => typeof method === 'function' && !all.includes(verb))
        .map(([verb]) => `${noun}.${verb}`),
    );
    expect(new Set(everyCostMutation.map(({ procedure }) => procedure))).toEqual(new Set(mutations));
  });
});
