/** What is received: one line of an inbound document, whatever made it. */
import type { Attributes } from '@granary/contracts/attributes';
import type { ForeignPrice } from '@granary/contracts/currency';
import type { Instant } from '@granary/contracts/instant';
import type { Money } from '@granary/contracts/money';
import type { Original } from './document-line.ts';

/** One line to receive, dates resolved. */
export interface Receipt {
  readonly skuId: string;
  readonly locationId: string;
  readonly quantity: number;
  readonly batchNo: string;
  readonly unitCost: Money;
  /** What all of it cost, where the unit cost is rounded; else as many times that. */
  readonly value?: Money | undefined;
  /** What was paid in another currency. */
  readonly price?: ForeignPrice | undefined;
  readonly qualityLevel: string;
  readonly producedOn: string | null;
  readonly expiresAt: Instant;
  readonly attributes: Attributes | null;
  /** When goods that only changed their place were first received; a batch that is opened for others begins now. */
  readonly receivedAt?: Instant;
  /** Index of the line of the request, where one makes several receipts; its own index when left out. */
  readonly at?: number;
  /** What the goods come back from. */
  readonly original?: Original;
  /** The reservation whose goods come back. */
  readonly reservationId?: string | null;
}
