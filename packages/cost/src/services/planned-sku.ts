/** What a list of events comes to for one SKU: decided by the core, and not yet written. */
import type { Instant } from '@granary/contracts/instant';
import type { CostEvent, Flows } from '../core/event.ts';
import type { PostedEvent } from '../core/posting.ts';
import type { CostRecord } from '../core/record.ts';
import type { CostState } from '../core/state.ts';
import type { KnownFlows } from '../persistence/flow-store.ts';
import type { CostRecostRow } from '../entities/cost-recost.ts';
import type { CostStateRow } from '../entities/cost-state.ts';

export interface PlannedSku {
  readonly row: CostStateRow;
  readonly before: CostState;
  readonly after: CostState;
  /** The events as they are kept, and what each made. */
  readonly events: readonly CostEvent[];
  readonly posted: readonly PostedEvent[];
  readonly corrections: readonly (CostRecord & { readonly at: Instant })[];
  readonly flowsBefore: KnownFlows;
  readonly flowsAfter: Flows;
  /** The moments whose periods must be open for it. */
  readonly moments: readonly Instant[];
  /** What is left to the recosting. */
  readonly recost?: CostRecostRow;
}
