/** An expected purchase as the oracle keeps it: of every line, quantity = received + outstanding until it is called off. */
import type { InTransitStatus } from '@granary/contracts/in-transit';

export interface OracleExpectedLine {
  readonly line: number;
  readonly skuId: string;
  readonly locationId: string;
  quantity: number;
  received: number;
  outstanding: number;
}

export interface OracleExpected {
  readonly id: string;
  readonly reference: string;
  readonly supplier: string | null;
  /** What makes two calls under one reference the same. */
  readonly content: string;
  expectedAt: string;
  status: InTransitStatus;
  endReason: string | null;
  version: number;
  readonly lines: OracleExpectedLine[];
}
