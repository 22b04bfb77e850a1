/** One step of the walk over every mutation: the call, and the events that must tell of it. */
import type { EventType } from '@granary/contracts/event';
import type { Call } from '../call.ts';
import type { TestDomain } from './test-domain.ts';

/** Who walks where. */
export interface Walker {
  readonly at: TestDomain;
  readonly call: Call;
}

export interface Step {
  readonly procedure: string;
  readonly types: readonly EventType[];
  /** What the events before and after must say, the first type's. */
  readonly before: unknown;
  readonly after: unknown;
  readonly prepare?: (walker: Walker) => Promise<unknown>;
  readonly work: (walker: Walker) => Promise<unknown>;
}
