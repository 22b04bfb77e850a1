/** Locations: created, changed, read. */
import type {
  Location,
  LocationCreateInput,
  LocationListInput,
  LocationUpdateInput,
} from '@granary/contracts/location';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import type { LocationRow } from '../entities/location.ts';
import type { Fact } from '../entities/outbox.ts';
import { findLocation, lockLocation } from '../persistence/catalog-store.ts';
import { listLocations } from '../persistence/list-store.ts';
import { pageOf } from '../persistence/page.ts';
import { replaceRow } from '../persistence/replace-row.ts';
import { locations } from '../persistence/tables.ts';
import { appendRows } from '../persistence/write-rows.ts';
import { accepted, duplicate, notFound, quote, refused } from '../refusal.ts';
import { draftNow, type Engine, execute } from './execution.ts';
import { defined } from './sku-service.ts';

const DEFAULT_PRIORITY = 100;

export function createLocationService(engine: Engine) {
  return {
    create: (input: LocationCreateInput, call: Call) => create(engine, input, call),
    update: (input: LocationUpdateInput, call: Call) => update(engine, input, call),
    get: (input: { locationId: string }) => get(engine, input),
    list: (input: LocationListInput) => list(engine, input),
  };
}

async function create(engine: Engine, input: LocationCreateInput, call: Call): Promise<Location> {
  const { idempotencyKey: _key, locationId, ...settings } = input;
  return await execute(engine, {
    procedure: 'location.create',
    input,
    call,
    lock: { scope: 'document', keys: [`location:${locationId}`] },
    decide: async (tx) => {
      const other = await findLocation(tx, locationId);
      const draft = await draftNow(tx, engine);
      if (other !== undefined) {
        return {
          draft,
          outcome: refused(duplicate('location', locationId, `Location ${quote(locationId)} exists already.`)),
        };
      }
      const { now } = draft;
      const plain = {
        locationId,
        name: locationId,
        priority: DEFAULT_PRIORITY,
        isActive: true,
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      const row: LocationRow = { ...plain, ...defined(settings) };
      await appendRows(tx, locations, [row]);
      draft.facts.push(locationFact(undefined, row, tx.commandId));
      return { draft, outcome: accepted(row), after: row };
    },
  });
}

async function update(engine: Engine, input: LocationUpdateInput, call: Call): Promise<Location> {
  const { idempotencyKey: _key, locationId, ...settings } = input;
  return await execute(engine, {
    procedure: 'location.update',
    input,
    call,
    lock: { scope: 'document', keys: [`location:${locationId}`] },
    decide: async (tx) => {
      const before = await lockLocation(tx, locationId);
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: refused(notFound('location', locationId)) };
      const row: LocationRow = { ...before, ...defined(settings), version: before.version + 1, updatedAt: draft.now };
      await replaceRow(tx, { table: locations, keys: ['locationId'], row, from: before.version });
      draft.facts.push(locationFact(before, row, tx.commandId));
      return { draft, outcome: accepted(row), before, after: row };
    },
  });
}

async function get(engine: Engine, { locationId }: { locationId: string }): Promise<Location> {
  return await engine.units.read(async (tx) => {
    const row = await findLocation(tx, locationId);
    if (row === undefined) throw notFound('location', locationId);
    return row;
  });
}

async function list(engine: Engine, input: LocationListInput): Promise<Page<Location>> {
  return await engine.units.read((tx) =>
    pageOf({
      list: 'locations',
      input,
      load: (after, limit) => listLocations(tx, { after, limit }),
      keyOf: (row) => [row.locationId],
    }),
  );
}

function locationFact(before: LocationRow | undefined, after: LocationRow, commandId: string): Fact {
  const type = before === undefined ? 'stock.location.created' : 'stock.location.updated';
  return {
    type,
    kind: 'location',
    id: after.locationId,
    from: before?.version ?? 0,
    to: after.version,
    commandId,
    before: before ?? null,
    after,
  };
}
