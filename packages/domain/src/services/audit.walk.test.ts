/** Every mutation of the engine leaves a record that tells who, from where, what, old and new, wherever the facts are stored. */
import type { AuditEntry, AuditRecord } from '@granary/contracts/audit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countOf } from '../testing/database-state.ts';
import { hold, inbound, receipt, sale } from '../testing/inputs.ts';
import { everyMutation } from '../testing/mutation-walk.ts';
import { openTestDomain, type TestDomain } from '../testing/test-domain.ts';

const caller = { actor: 'walker', address: '192.0.2.7', agent: 'walker/1', requestId: 'walk' };
const call = { caller, deadlineMs: 30_000 };

let at: TestDomain;
const walked: { readonly procedure: string; readonly records: readonly AuditRecord[] }[] = [];
beforeAll(async () => {
  at = await openTestDomain();
  await at.domain.inbound.purchase(inbound('P', [receipt('W', 100)]), call);
}, 60_000);
afterAll(() => at?.close());

/** Everything recorded so far, oldest first. */
async function all(): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await at.domain.audit.search({ limit: 500, cursor });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found.toReversed();
}

/** What the work recorded. */
async function recordsOf(work: () => Promise<unknown>): Promise<readonly AuditRecord[]> {
  const known = new Set((await all()).map(({ commandId }) => commandId));
  await work();
  const fresh = (await all()).filter(({ commandId }) => !known.has(commandId));
  return await Promise.all(fresh.map(({ commandId }) => at.domain.audit.get({ commandId })));
}

describe('every mutation', () => {
  test.each(everyMutation.map((step) => [step.procedure, step.types[0] ?? '', step] as const))(
    '%s (%s) tells who, from where, old and new',
    async (procedure, _type, { prepare, work }) => {
      await prepare?.({ at, call });
      const records = await recordsOf(() => work({ at, call }));
      walked.push({ procedure, records });
      expect(records.map((record) => record.procedure)).toContain(procedure);
      for (const record of records) {
        // Also what a worker does for somebody: it is on their behalf, and they asked for it from there.
        expect(record).toMatchObject({ actor: 'walker', address: caller.address, agent: expect.any(String) });
        expect(record.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
        expect(record.request, `what ${procedure} was asked`).toEqual(expect.any(Object));
        expect(record.after, `what ${procedure} made of it`).not.toBeNull();
      }
    },
  );

  test('nothing but what is new has nothing before it', () => {
    const withoutBefore = walked.flatMap(({ records }) => records.filter(({ before }) => before === null));
    const makers = [
      'sku.create',
      'location.create',
      'batch.create',
      'bundle.create',
      'import.create',
      'token.create',
      'webhook.create',
      'import.create',
    ];
    const starters = [
      'system.verify',
      'system.rebuild',
      'system.doctor',
      'system.prune',
      'audit.verify',
      'snapshot.create',
    ];
    for (const { procedure } of withoutBefore) expect([...makers, ...starters]).toContain(procedure);
    // The batch is new; what lay on its level before is told by the level.
    const [batch] = withoutBefore.filter(({ procedure }) => procedure === 'batch.create');
    expect(batch?.levels).toMatchObject([{ before: { onHand: 0 }, after: { onHand: 3 } }]);
    expect(withoutBefore.length).toBeGreaterThan(4);
  });

  test('whatever moved stock tells the balances of its levels, and they follow each other along every level', () => {
    const moved = walked.flatMap(({ records }) => records).filter(({ levels }) => levels.length > 0);
    expect(new Set(moved.map(({ procedure }) => procedure)).size).toBeGreaterThanOrEqual(8);
    const ends = new Map<string, AuditRecord['levels'][number]['after']>();
    const joints: unknown[] = [];
    for (const { levels, batches } of moved) {
      for (const level of levels) {
        const key = `${level.skuId}/${level.locationId}`;
        const here = batches.filter((batch) => `${batch.skuId}/${batch.locationId}` === key);
        const sum = (of: 'onHandDelta' | 'reservedDelta') => here.reduce((total, batch) => total + batch[of], 0);
        expect(level.after.onHand - level.before.onHand).toBe(sum('onHandDelta'));
        expect(level.after.reserved - level.before.reserved).toBe(sum('reservedDelta'));
        // What prepared a step stands between two of them, so only neighbours are compared.
        const earlier = ends.get(`${key}:${level.before.version}`);
        if (earlier !== undefined) joints.push([level.before, earlier]);
        ends.set(`${key}:${level.after.version}`, level.after);
      }
    }
    expect(joints.length).toBeGreaterThan(3);
    for (const joint of joints) expect(joint).toEqual([(joint as unknown[])[1], (joint as unknown[])[1]]);
  });

  test('a document names itself, a hold its reservation', () => {
    const ofProcedure = (procedure: string) =>
      walked.find((step) => step.procedure === procedure)?.records.find((record) => record.procedure === procedure);
    expect(ofProcedure('inbound.purchase')?.documents).toMatchObject([{ type: 'purchase', documentNo: 'IN' }]);
    expect(ofProcedure('outbound.sales')?.documents).toMatchObject([{ type: 'sales', documentNo: 'R5' }]);
    expect(ofProcedure('reservation.reserve')?.reservationIds).toHaveLength(1);
    expect(ofProcedure('reservation.confirm')?.before).toMatchObject([{ state: 'active' }, { state: 'active' }]);
    expect(ofProcedure('reservation.confirm')?.after).toMatchObject([{ state: 'confirmed' }, { state: 'confirmed' }]);
    expect(ofProcedure('stock.configure')).toMatchObject({
      before: { warningThreshold: 100 },
      after: { warningThreshold: 3 },
      skuIds: ['W'],
    });
  });

  test('no command was left out of the audit', async () => {
    expect(await countOf(at.dataSource, 'command')).toBe((await all()).length);
  });
});

describe('searching', () => {
  test('a SKU finds every call that touched it or asked for it in vain, newest first', async () => {
    await at.domain.inbound.purchase(inbound('S', [receipt('SEEN', 5), receipt('OTHER', 1)]), call);
    await at.domain.reservations.reserve(hold('SEEN', 1, 'S1'), call);
    await at.domain.reservations.release({ type: 'order', businessId: 'S1' }, call);
    const short = { ...hold('SEEN', 99, 'S2'), idempotencyKey: 'short' };
    await expect(at.domain.reservations.reserve(short, call)).rejects.toMatchObject({ code: 'INV_002' });
    await at.domain.outbound.sales(sale('S3', [{ skuId: 'OTHER', quantity: 1 }]), call);
    const { items } = await at.domain.audit.search({ skuId: 'SEEN', limit: 10 });
    expect(items.map(({ procedure, outcome, refusalCode }) => [procedure, outcome, refusalCode])).toEqual([
      ['reservation.reserve', 'refused', 'INV_002'],
      ['reservation.release', 'done', null],
      ['reservation.reserve', 'done', null],
      ['inbound.purchase', 'done', null],
    ]);
    expect(items[3]).toMatchObject({ skuIds: ['OTHER', 'SEEN'], hasMoreSkus: false });
    const [refusal] = items;
    expect(await at.domain.audit.get({ commandId: refusal?.commandId ?? '' })).toMatchObject({
      refusal: { code: 'INV_002', kind: 'insufficientStock', details: { lines: [{ skuId: 'SEEN', requested: 99 }] } },
      idempotencyKey: 'short',
      before: null,
      after: null,
      levels: [],
    });
  });

  test('a long request is cut in the list, and whole in the record', async () => {
    const lines = Array.from({ length: 30 }, (_, each) => receipt(`LONG${String(each).padStart(2, '0')}`, 1));
    await at.domain.inbound.purchase(inbound('LONG', lines), call);
    const [entry] = (await at.domain.audit.search({ skuId: 'LONG07', limit: 1 })).items;
    expect(entry?.request).toHaveLength(501);
    expect(entry?.request.endsWith('…')).toBe(true);
    expect([entry?.skuIds.length, entry?.hasMoreSkus]).toEqual([20, true]);
    const record = await at.domain.audit.get({ commandId: entry?.commandId ?? '' });
    expect(record.request).toMatchObject({ documentNo: 'LONG', lines: expect.any(Array) });
    expect([record.skuIds.length, record.levels.length]).toEqual([30, 30]);
  });

  test('actor, address, procedure, outcome and time narrow it, alone and together', async () => {
    const other = { caller: { ...caller, actor: 'other', address: '198.51.100.9' }, deadlineMs: 30_000 };
    await at.domain.skus.create({ skuId: 'NARROW' }, other);
    await at.domain.skus.update({ skuId: 'NARROW', name: 'x' }, other);
    await expect(
      at.domain.skus.update({ skuId: 'NONE', name: 'x', idempotencyKey: 'none' }, other),
    ).rejects.toMatchObject({ code: 'INV_001' });
    const found = async (input: object) =>
      (await at.domain.audit.search({ limit: 50, ...input })).items.map(
        ({ procedure, outcome }) => `${procedure} ${outcome}`,
      );
    const [refused, updated, created] = ['sku.update refused', 'sku.update done', 'sku.create done'];
    expect(await found({ actor: 'other' })).toEqual([refused, updated, created]);
    expect(await found({ address: '198.51.100.9' })).toEqual([refused, updated, created]);
    expect(await found({ actor: 'other', outcome: 'refused' })).toEqual([refused]);
    expect(await found({ actor: 'other', procedure: 'sku.update' })).toEqual([refused, updated]);
    expect(await found({ actor: 'other', procedure: 'sku.updaté' })).toEqual([]);
    expect(await found({ actor: 'other', procedure: 'SKU.UPDATE' })).toEqual([]);
    expect(await found({ skuId: 'NARROW', actor: 'other', outcome: 'done' })).toEqual([updated, created]);
    expect(await found({ skuId: 'NARROW', actor: 'walker' })).toEqual([]);
    const [, middle, first] = (await at.domain.audit.search({ actor: 'other', limit: 50 })).items;
    expect(await found({ actor: 'other', from: middle?.recordedAt })).toEqual([refused, updated]);
    expect(await found({ actor: 'other', to: middle?.recordedAt })).toEqual([created]);
    expect(await found({ skuId: 'NARROW', from: first?.recordedAt, to: middle?.recordedAt })).toEqual([created]);
  });

  test('pages follow each other without gap or repeat, whatever is looked for', async () => {
    for (const filter of [
      {},
      { actor: 'walker' },
      { skuId: 'W' },
      { outcome: 'refused' as const },
      { address: caller.address },
    ]) {
      const whole = (await at.domain.audit.search({ ...filter, limit: 500 })).items.map(({ commandId }) => commandId);
      const paged: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await at.domain.audit.search({ ...filter, limit: 3, cursor });
        paged.push(...page.items.map(({ commandId }) => commandId));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(paged).toEqual(whole);
    }
  });

  test.each([
    ['of another list', ['skus', 'A']],
    ['with a moment that is none', ['audit', 'yesterday', '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB']],
    ['with too few parts', ['audit', '2026-01-01T00:00:00.000000Z']],
  ])('a cursor %s is refused', async (_what, parts) => {
    const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');
    await expect(at.domain.audit.search({ limit: 5, cursor })).rejects.toMatchObject({ code: 'INV_005' });
  });

  test('an unknown command is not found', async () => {
    await expect(at.domain.audit.get({ commandId: '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB' })).rejects.toMatchObject({
      code: 'INV_007',
    });
  });
});
