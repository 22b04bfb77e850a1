/** Every mutation of the engine tells of itself: at least one event, with what was before and after, its cause and its actor. */
import { eventTable, type StockEvent } from '@granary/contracts/event';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hold, inbound, receipt } from '../testing/inputs.ts';
import { everyMutation } from '../testing/mutation-walk.ts';
import { createRelayDesk, gapsOf } from '../testing/relaying.ts';
import { openTestDomain, testCaller, type TestDomain } from '../testing/test-domain.ts';

let at: TestDomain;
let desk: ReturnType<typeof createRelayDesk>;
const call = { caller: { ...testCaller, actor: 'walker' }, deadlineMs: 30_000 };
const all: StockEvent[] = [];

beforeAll(async () => {
  at = await openTestDomain();
  desk = createRelayDesk(at);
  await at.domain.inbound.purchase(inbound('P', [receipt('W', 100)]), call);
  await desk.drain();
  all.push(...desk.delivered.splice(0));
});
afterAll(() => at.close());

describe('one by one', () => {
  test.each(everyMutation.map((step) => [step.procedure, step.types.join(', '), step] as const))(
    '%s tells %s',
    async (procedure, _types, step) => {
      const { types, before, after, prepare, work } = step;
      await prepare?.({ at, call });
      await desk.drain();
      all.push(...desk.delivered.splice(0));
      await work({ at, call });
      await desk.drain();
      const events = desk.delivered.splice(0);
      all.push(...events);
      expect(new Set(events.map(({ type }) => type))).toEqual(new Set(types));
      for (const event of events) {
        expect(event.cause).toEqual({ commandId: expect.stringMatching(/^[0-9A-Z]{26}$/), procedure, actor: 'walker' });
        expect(event.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
        expect(event).toMatchObject({ schemaVersion: 1, aggregate: { kind: eventTable[event.type] } });
        expect(event.id).toBe(`${event.aggregate.kind}:${event.aggregate.id}:${event.toVersion}`);
        expect(event.after, `after of ${event.id}`).toEqual(expect.any(Object));
        expect(event.before === null, `before of ${event.id}`).toBe(
          event.fromVersion === 0 && !event.aggregate.kind.startsWith('level'),
        );
      }
      const [told] = events.filter(({ type }) => type === types[0]);
      expect({ before: told?.before, after: told?.after }).toMatchObject({ before, after });
    },
  );

  test('a level tells its balances before and after, and the movements between', () => {
    for (const event of all.filter(({ type }) => type === 'stock.level.changed')) {
      const { before, after } = event as {
        before: Record<string, number>;
        after: Record<string, number> & { movements: Record<string, number>[] };
      };
      for (const [balance, delta] of [
        ['onHand', 'onHandDelta'],
        ['reserved', 'reservedDelta'],
      ] as const)
        expect(after.movements.reduce((sum, movement) => sum + (movement[delta] ?? 0), before[balance] ?? 0)).toBe(
          after[balance],
        );
      expect(after.movements.map(({ version }) => version)).toEqual(
        Array.from({ length: event.toVersion - event.fromVersion }, (_, each) => event.fromVersion + each + 1),
      );
    }
  });
});

test('what changes nothing tells nothing: a repeat, a refusal, a reading', async () => {
  await desk.drain();
  await at.domain.reservations.release({ type: 'order', businessId: 'R3' }, call);
  await at.domain.inbound.purchase(inbound('IN', [receipt('W3', 1)]), call);
  await at.domain.reservations.reserve(hold('W', 1000, 'SHORT'), call).catch(() => undefined);
  await at.domain.stock.explain({ skuId: 'W' });
  await desk.drain();
  expect(desk.delivered.splice(0)).toEqual([]);
});

test('no mutation and no event was left out of this walk', () => {
  const readers = [
    'get',
    'list',
    'check',
    'checkMany',
    'available',
    'allocate',
    'explain',
    'asOf',
    'movements',
    'levels',
    'authenticate',
    // When a token was last used is no news to anybody: it would tell of every request.
    'noteUse',
    'deliveries',
    'trace',
    'lowStock',
    'search',
    'rows',
    'compare',
    'errors',
    'attributes',
  ];
  const { skus, locations, batches, stock, inbound: inbounds, outbound } = at.domain;
  const services = {
    sku: skus,
    location: locations,
    batch: batches,
    lock: at.domain.locks,
    bundle: at.domain.bundles,
    virtual: at.domain.virtuals,
    stock,
    reservation: at.domain.reservations,
    inbound: inbounds,
    outbound,
    transfer: at.domain.transfers,
    inTransit: at.domain.inTransit,
    adjustment: at.domain.adjustments,
    snapshot: at.domain.snapshots,
    import: at.domain.imports,
    alert: at.domain.alerts,
    system: at.domain.jobs,
    audit: at.domain.audit,
    token: at.domain.tokens,
    webhook: at.domain.webhooks,
  };
  const mutations = Object.entries(services).flatMap(([noun, service]) =>
    // `check` reads stock, and starts the job of an import.
    Object.keys(service).flatMap((verb) =>
      readers.includes(verb) && (noun !== 'import' || verb !== 'check') ? [] : [`${noun}.${verb}`],
    ),
  );
  expect(new Set(everyMutation.map(({ procedure }) => procedure))).toEqual(new Set(mutations));
  expect(new Set(everyMutation.flatMap(({ types }) => types))).toEqual(
    // Those of costs are walked where costs are.
    new Set(Object.keys(eventTable).filter((type) => type.startsWith('stock.'))),
  );
});

test('the walk as a whole has no gap along any aggregate, and nothing is left in the outbox', async () => {
  await desk.expectDrained();
  expect(gapsOf([...all, ...desk.delivered])).toEqual([]);
});
