/** What others keep about stock beside the engine, such as its cost; verification looks at it as well. The engine never writes there. */
import type { Violation } from '@granary/contracts/system';
import type { Tx } from '../persistence/transaction.ts';

export interface Books {
  /** The next SKUs in byte order that stand in the books or should; empty at the end. */
  readonly next: (tx: Tx, after: string, limit: number) => Promise<readonly string[]>;
  /** What breaks an invariant among them, row by row. */
  readonly check: (tx: Tx, skuIds: readonly string[]) => Promise<readonly Violation[]>;
}
