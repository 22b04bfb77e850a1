/** location.create and location.update. */
import type { Location, LocationCreateInput, LocationUpdateInput } from '@granary/contracts/location';
import { createRefusals, expectEqual, settle, type Outcome } from './verdict.ts';
import type { OracleLocation, World } from './world.ts';

export function judgeLocationCreate(world: World, input: LocationCreateInput, outcome: Outcome<Location>): void {
  const refusals = createRefusals();
  if (world.locations.has(input.locationId)) refusals.must.set('INV_008', `location ${input.locationId} exists`);
  if (!settle(outcome, refusals)) return;
  // The priority of a location made without one is Granary's choice.
  const made = {
    locationId: input.locationId,
    priority: input.priority ?? outcome.answer.priority,
    isActive: input.isActive ?? true,
  };
  world.locations.set(made.locationId, made);
  expectLocation(outcome.answer, made);
}

export function judgeLocationUpdate(world: World, input: LocationUpdateInput, outcome: Outcome<Location>): void {
  const refusals = createRefusals();
  const known = world.locations.get(input.locationId);
  if (known === undefined) refusals.must.set('INV_007', `no location ${input.locationId}`);
  if (!settle(outcome, refusals) || known === undefined) return;
  if (input.priority !== undefined) known.priority = input.priority;
  if (input.isActive !== undefined) known.isActive = input.isActive;
  expectLocation(outcome.answer, known);
}

export function expectLocation(actual: Location, expected: OracleLocation): void {
  const { locationId, priority, isActive } = actual;
  expectEqual(`location ${expected.locationId}`, { locationId, priority, isActive }, expected);
}
