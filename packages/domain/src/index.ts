/** The face of the package: what a host needs to embed the stock engine. */
export type { Call } from './call.ts';
export type { DomainConfig } from './config.ts';
export { createDomain, type Domain, type DomainParts } from './domain.ts';
export type { DomainPorts, Log } from './ports/domain-ports.ts';
export { grantEverybody, type LockManager, type LockScope } from './ports/lock-manager.ts';
export type { OnHandChange, OnHandHandler } from './ports/on-hand-handler.ts';
export type {
  Issues,
  ProposedAllocation,
  ProposedBatch,
  ProposedLine,
  ProposedReservation,
  StockValidator,
} from './ports/stock-validator.ts';
export { orderedBy, type AllocationStrategy, type Candidate, type Need } from './strategies/strategy.ts';
