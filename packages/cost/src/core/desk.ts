/** What the posting of one event works on, and what it answers. */
import type { CostStrategyRegistry } from '../strategies/registry.ts';
import type { Book } from './book.ts';
import type { Flow } from './event.ts';
import type { CostPolicy } from './policy.ts';
import type { ConsumedLine, CostRecord } from './record.ts';

export interface Desk {
  readonly book: Book;
  readonly policy: CostPolicy;
  readonly strategies: CostStrategyRegistry;
  readonly flows: Map<string, Flow>;
}

export interface Effect {
  readonly records: readonly CostRecord[];
  readonly lines?: readonly ConsumedLine[];
}
