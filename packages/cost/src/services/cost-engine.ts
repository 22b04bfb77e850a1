/** What the services of costing share, and what they hand to it. */
import type { OnHandChange } from '@granary/domain/ports/on-hand-handler';
import type { CostConfig } from '../config.ts';
import type { CostEvent } from '../core/event.ts';
import type { CostStrategyRegistry } from '../strategies/registry.ts';

export interface CostEngine {
  readonly config: CostConfig;
  readonly strategies: CostStrategyRegistry;
  readonly ids: () => string;
  /** The frozen period that takes what its own close posts. */
  readonly closing?: string;
}

/** An event and what made it: a movement, or a call of an accountant. */
export interface Posted {
  readonly event: CostEvent;
  readonly change?: OnHandChange;
  readonly reason?: string | null;
}

/** The events of each SKU, in the order in which they are told. */
export type Work = ReadonlyMap<string, readonly Posted[]>;

/** The earlier receipt or issue that an event is about. */
export function namedBy(event: CostEvent): readonly string[] {
  const named = [];
  if ('receiptId' in event && event.receiptId !== undefined) named.push(event.receiptId);
  if ('issueId' in event && event.issueId !== undefined) named.push(event.issueId);
  return named;
}
