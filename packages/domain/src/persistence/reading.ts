/** Units of work that only read: from the primary, or from a replica that has all that this process must find there. */
import { GranaryError } from '@granary/contracts/error';
import type { DataSource } from 'typeorm';
import type { DomainPorts } from '../ports/domain-ports.ts';
import type { Replica } from '../ports/replicas.ts';
import type { LocationScope } from '../rules/location-scope.ts';
import { type Attempt, attempt, UnknownOutcome } from './attempt.ts';
import { explainedReading } from './failure-answer.ts';
import type { Tx } from './transaction.ts';

/** The share of its time that a call spends on a replica: what is left must be enough for the primary. */
const REPLICA_SHARE = 0.3;

export interface ReadingDependencies {
  readonly dataSource: DataSource;
  readonly ports: DomainPorts;
  readonly scope: LocationScope;
}

export interface Reading<T> {
  /** What opens the transaction, if there is one. */
  readonly start: readonly string[];
  readonly deadlineMs: number;
  readonly work: (tx: Tx) => Promise<T>;
}

export async function reading<T>(deps: ReadingDependencies, what: Reading<T>): Promise<T> {
  try {
    return await once(deps, what, { deadlineAt: performance.now() + what.deadlineMs });
  } catch (error) {
    throw explainedReading(error instanceof UnknownOutcome ? error.cause : error, what.deadlineMs);
  }
}

/** A replica that is away, behind or too slow costs its share of the time, and the primary answers. */
export async function readingAnywhere<T>(deps: ReadingDependencies, what: Reading<T>): Promise<T> {
  const replica = deps.ports.replicas?.next();
  if (replica === undefined) return await reading(deps, what);
  const startedAt = performance.now();
  try {
    const answer = await once(deps, what, { deadlineAt: startedAt + what.deadlineMs * REPLICA_SHARE, replica });
    replica.succeeded();
    return answer;
  } catch (error) {
    if (isAnswer(error)) {
      replica.succeeded();
      throw error;
    }
    replica.failed(error);
    return await reading(deps, { ...what, deadlineMs: what.deadlineMs - (performance.now() - startedAt) });
  }
}

/** The work itself refuses: the replica has served. */
function isAnswer(error: unknown): boolean {
  return error instanceof GranaryError && error.kind !== 'overloaded';
}

async function once<T>(
  { dataSource, ports, scope }: ReadingDependencies,
  { start, work }: Reading<T>,
  { deadlineAt, replica }: { readonly deadlineAt: number; readonly replica?: Replica },
): Promise<T> {
  const where: Pick<Attempt<T>, 'dataSource' | 'ahead'> = replica === undefined
    ? { dataSource }
    : { dataSource: replica.dataSource, ahead: replica.catchUp };
  return await attempt({
    ...where,
    scope,
    deadlineAt,
    start,
    work,
    commandId: '',
    mayBackdate: false,
    clock: ports.clock,
  });
}
