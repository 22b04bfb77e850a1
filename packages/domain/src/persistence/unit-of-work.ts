/**
 * The only place that opens a transaction. It runs the whole closure again, in a new transaction, when nothing was
 * applied; it never retries a statement; and when the fate of a COMMIT is unknown it looks the command up.
 */
import type { DataSource } from 'typeorm';
import type { Call } from '../call.ts';
import type { DomainConfig } from '../config.ts';
import type { DomainPorts } from '../ports/domain-ports.ts';
import { traced } from '../ports/tracer.ts';
import { everywhere, type LocationScope } from '../rules/location-scope.ts';
import { attempt, UnknownOutcome } from './attempt.ts';
import { wasCommitted } from './commit-outcome.ts';
import { failureOf, LevelsGrew } from './database-error.ts';
import { explained, outcomeUnknown } from './failure-answer.ts';
import { reading, readingAnywhere, type ReadingDependencies } from './reading.ts';
import { createTouched } from './touched.ts';
import { conflictCauseOf, unitEndOf } from './unit-end.ts';
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

/** Who a unit is; a new id where nothing is said. */
export interface Identity {
  /** The command that it runs, or the first of several. */
  readonly commandId: string;
  /** Once it is decided: the command whose row is written by it, where that may be another one than the first. */
  readonly witness?: () => string | undefined;
}

export interface UnitOfWork {
  /** For whom it reads. */
  readonly scope: LocationScope;
  /** Runs `work` in one READ COMMITTED transaction and answers what it answered once COMMIT has returned. */
  write<T>(call: Call, work: Work<T>, as?: Identity): Promise<T>;
  /** Runs `work` over one consistent snapshot, read only. */
  read<T>(work: (tx: Tx) => Promise<T>, deadlineMs?: number): Promise<T>;
  /** The same for an answer that decides nothing: of a replica, where one has all that this process was told is done. */
  readAnywhere<T>(work: (tx: Tx) => Promise<T>, deadlineMs?: number): Promise<T>;
  /** The same without a snapshot around it, for a single question: every statement sees what is committed when it begins. */
  glance<T>(work: (tx: Tx) => Promise<T>, deadlineMs?: number): Promise<T>;
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
    scope: deps.scope,
    write: async (call, work, as = { commandId: ports.ids() }) => {
      const deadlineMs = call.deadlineMs ?? config.requestDeadlineMs;
      const unit = {
        ...as,
        deadlineMs,
        mayBackdate: call.mayBackdate ?? true,
        requestId: call.caller.requestId,
        work,
      };
      return await traced(ports.tracer, { name: 'unit of work' }, () => writing(deps, unit));
    },
    read: async (work, deadlineMs = config.requestDeadlineMs) =>
      await reading(deps, { start: SNAPSHOT, deadlineMs, work }),
    readAnywhere: async (work, deadlineMs = config.requestDeadlineMs) =>
      await readingAnywhere(deps, { start: SNAPSHOT, deadlineMs, work }),
    glance: async (work, deadlineMs = config.requestDeadlineMs) =>
      await readingAnywhere(deps, { start: [], deadlineMs, work }),
    peek: async (work, deadlineMs = config.requestDeadlineMs) => await reading(deps, { start: PEEK, deadlineMs, work }),
    within: (narrower) => unitOfWork({ ...deps, scope: narrower }, config),
    peak: () => gauge.peak,
  };
}

interface Dependencies extends ReadingDependencies {
  readonly gauge: { open: number; peak: number };
}

interface Unit<T> extends Identity {
  readonly deadlineMs: number;
  readonly mayBackdate: boolean;
  /** For the log. */
  readonly requestId: string;
  readonly work: Work<T>;
}

/** Starts anew until it is done, refused, out of retries or out of time. */
async function writing<T>(deps: Dependencies, unit: Unit<T>): Promise<T> {
  const meter = deps.ports.unitMeter;
  const startedAt = performance.now();
  const deadlineAt = startedAt + unit.deadlineMs;
  let grown: readonly string[] = [];
  for (let retries = 0, growths = 0; ;) {
    const result = await once(deps, unit, { deadlineAt, grown });
    if (result.ok) {
      meter?.ended('committed', performance.now() - startedAt);
      return result.answer;
    }
    const { error } = result;
    const cause = conflictCauseOf(error);
    if (cause !== undefined) meter?.conflicted(cause);
    if (error instanceof LevelsGrew && growths < MAX_GROWTHS) {
      growths += 1;
      grown = [...new Set([...grown, ...error.keys])];
      continue;
    }
    const isOver = retries >= RETRIES || performance.now() >= deadlineAt;
    if (isOver || !mayRunAgain(error)) {
      meter?.ended(unitEndOf(error), performance.now() - startedAt);
      throw explained(error, retries + 1, unit.deadlineMs);
    }
    retries += 1;
    deps.ports.log('info', 'a unit of work runs again', { retries, requestId: unit.requestId, cause: String(error) });
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
  const touched = createTouched();
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
      touched,
      committed: (header) => ports.replicas?.committed(header),
    });
    ports.onChanged?.(touched.sources());
    ports.onCommitted?.();
    return { ok: true, answer };
  } catch (error) {
    if (!(error instanceof UnknownOutcome) || decided === undefined) return { ok: false, error };
    const committed = await wasCommitted(dataSource, unit.witness?.() ?? commandId, error.threadId)
      .catch((lookup: unknown) => {
        ports.log('error', 'the outcome of a COMMIT is unknown', {
          commandId,
          requestId: unit.requestId,
          cause: String(lookup),
        });
        throw outcomeUnknown(error.cause);
      })
      .finally(() => {
        ports.replicas?.committed(undefined);
        ports.onChanged?.(touched.sources());
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
