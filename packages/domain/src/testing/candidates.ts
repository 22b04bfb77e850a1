/** Candidates for the tests of strategies and of allocation: written by hand, or drawn at random. */
import type { Money } from '@granary/contracts/money';
import fc from 'fast-check';
import { NEVER } from '../entities/batch.ts';
import type { Candidate } from '../strategies/strategy.ts';
import { after } from './draft-fixture.ts';

export type CandidateFacts = Partial<Candidate> & Pick<Candidate, 'batchId'>;

/** Ten free units, undated, received now. */
export function candidate(facts: CandidateFacts): Candidate {
  return {
    batchNo: facts.batchId,
    locationId: 'default',
    free: 10,
    unitCost: 1_000_000n as Money,
    receivedAt: after(0),
    expiresAt: NEVER,
    ...facts,
  };
}

/** Few distinct values of everything, so that ties are common; ids are in no order of anything else. */
export function candidates(locationIds: readonly string[], maxLength: number): fc.Arbitrary<Candidate[]> {
  const one = fc.record({
    locationId: fc.constantFrom(...locationIds),
    free: fc.integer({ min: 1, max: 12 }),
    unitCost: fc.bigInt({ min: 0n, max: 4n }).map((micros) => micros as Money),
    receivedAt: fc.integer({ min: -4, max: 0 }).map(after),
    expiresAt: fc.option(fc.integer({ min: 1, max: 4 }).map(after), { nil: NEVER }),
  });
  return fc
    .array(one, { maxLength })
    .map((drawn) => drawn.map((facts, at) => candidate({ batchId: `b${(at * 7) % 11}`, ...facts })));
}
