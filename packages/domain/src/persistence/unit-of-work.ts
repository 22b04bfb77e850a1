/**
 * The only place that opens a transaction. It runs the whole closure again, in a new transaction, when nothing was
 * applied; it never retries a statement; and when the fate of a COMMIT is unknown it looks the command up.
 */
import type { DataSource } from 'typeorm';
import type { Call } from '../call.ts';
import type { DomainConfig } from '../config.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import { everywhere, type LocationScope } from '../rules/location-scope.ts';
import { attempt, UnknownOutcome } from './attempt.ts';
import { wasCommitted } from './commit-outcome.ts';
import { failureOf, LevelsGrew } from './database-error.ts';
import { explained, outcomeUnknown } from './failure-answer.ts';
import type { Tx } from './transaction.ts';

const RETRIES = 3;
const FIRST_BACKOFF_MS = 10;
/** Each new start locks all levels known so far, so a few are enough unless stock moves as fast as we look. */
const MAX_GROWTHS = 5;

const WRITE = ['START TRANSACTION'];
const SNAPSHOT = [
  'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
  'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
];

const PEEK = ['SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED', 'START TRANSACTION READ ONLY'];

/** `grown` are keys of levels that an earlier start met without having locked them. */
export type Work<T> = (tx: Tx, grown: readonly string[]) => Promise<T>;

export interface UnitOfWork {
  /** Runs `work` in one READ COMMITTED transaction and answers what it answered once COMMIT has returned. */
  write<T>(call: Call, work: Work<T>): Promise<T>;
  /** Runs `work` over one consistent snapshot, read only. */
  read<T>(work: (tx: Tx) => Promise<T>, deadlineMs?: number): Promise<T>;
  /** Reads what is not committed yet as well: only to know for whom to wait, never to answer or to decide. */
  peek<T>(work: (tx: Tx) => Promise<T>, deadlineMs?: number): Promise<T>;
  /** The same for a caller who may name and see no more than these locations. */
  within(scope: LocationScope): UnitOfWork;
  /** The most units that were open at once since the process began. */
  peak(): number;
}

export function createUnitOfWork(dataSource: DataSource, config: DomainConfig, ports: DomainPorts): UnitOfWork {
  return unitOfWork({ dataSource, ports, gauge: { open: 0, peak: 0 }, scope: everywhere }, config);
}

function unitOfWork(deps: Dependencies, config: DomainConfig): UnitOfWork {
  const { ports, gauge } = deps;
  return {
    write: async (call, work) => {
      const deadlineMs = call.deadlineMs ?? config.requestDeadlineMs;
      return await writing(deps, { commandId: ports.ids(), deadlineMs, mayBackdate: call.mayBackdate ?? true, work });
    },
    read: async (work, deadlineMs = config.requestDeadlineMs) =>
      await reading(deps, { start: SNAPSHOT, deadlineMs, work }),
    peek: async (work, deadlineMs = config.requestDeadlineMs) => await reading(deps, { start: PEEK, deadlineMs, work }),
    within: (narrower) => unitOfWork({ ...deps, scope: narrower }, config),
    peak: () => gauge.peak,
  };
}

interface Dependencies {
  readonly dataSource: DataSource;
  readonly ports: DomainPorts;
  readonly gauge: { open: number; peak: number };
  readonly scope: LocationScope;
}

async function reading<T>(
  { dataSource, ports, scope }: Dependencies,
  { start, deadlineMs, work }: { start: readonly string[]; deadlineMs: number; work: (tx: Tx) => Promise<T> },
): Promise<T> {
  const deadlineAt = performance.now() + deadlineMs;
  try {
    return await attempt({
      ...{ dataSource, scope, deadlineAt, work, start },
      ...{ commandId: '', mayBackdate: false, clock: ports.clock },
    });
  } catch (error) {
    throw explained(error instanceof UnknownOutcome ? error.cause : error, 1, deadlineMs);
  }
}

interface Unit<T> {
  readonly commandId: string;
  readonly deadlineMs: number;
  readonly mayBackdate: boolean;
  readonly work: Work<T>;
}

/** Starts anew until it is done, refused, out of retries or out of time. */
async function writing<T>(deps: Dependencies, unit: Unit<T>): Promise<T> {
  const deadlineAt = performance.now() + unit.deadlineMs;
  let grown: readonly string[] = [];
  for (let retries = 0, growths = 0; ;) {
    const result = await once(deps, unit, { deadlineAt, grown });
    if (result.ok) return result.answer;
    const { error } = result;
    if (error instanceof LevelsGrew && growths < MAX_GROWTHS) {
      growths += 1;
      grown = [...new Set([...grown, ...error.keys])];
      continue;
    }
    const isOver = retries >= RETRIES || performance.now() >= deadlineAt;
    if (isOver || !mayRunAgain(error)) throw explained(error, retries + 1, unit.deadlineMs);
    retries += 1;
    deps.ports.log('info', 'a unit of work runs again', { retries, cause: String(error) });
    await backOff(retries);
  }
}

type Result<T> = { readonly ok: true; readonly answer: T } | { readonly ok: false; readonly error: unknown };

/** One attempt; an answer also when only the answer to COMMIT was lost. */
async function once<T>(
  deps: Dependencies,
  unit: Unit<T>,
  at: { deadlineAt: number; grown: readonly string[] },
): Promise<Result<T>> {
  const { dataSource, ports, gauge, scope } = deps;
  let decided: { readonly answer: T } | undefined;
  const work = async (tx: Tx): Promise<T> => {
    gauge.peak = Math.max(gauge.peak, (gauge.open += 1));
    try {
      decided = { answer: await unit.work(tx, at.grown) };
      return decided.answer;
    } finally {
      gauge.open -= 1;
    }
  };
  const { commandId } = unit;
  try {
    const answer = await attempt({
      dataSource,
      commandId,
      scope,
      mayBackdate: unit.mayBackdate,
      deadlineAt: at.deadlineAt,
      start: WRITE,
      clock: ports.clock,
      work,
    });
    ports.onCommitted?.();
    return { ok: true, answer };
  } catch (error) {
    if (!(error instanceof UnknownOutcome) || decided === undefined) return { ok: false, error };
    const committed = await wasCommitted(dataSource, commandId).catch((lookup: unknown) => {
      ports.log('error', 'the outcome of a COMMIT is unknown', { commandId, cause: String(lookup) });
      throw outcomeUnknown(error.cause);
    });
    return committed ? { ok: true, answer: decided.answer } : { ok: false, error: error.cause };
  }
}

/** Nothing was applied, and the cause may have gone. */
function mayRunAgain(error: unknown): boolean {
  const failure = failureOf(error);
  return failure === 'again' || failure === 'lost';
}

async function backOff(retry: number): Promise<void> {
  const ms = FIRST_BACKOFF_MS * 2 ** (retry - 1) * (0.5 + Math.random());
  await new Promise((resolve) => setTimeout(resolve, ms));
}
