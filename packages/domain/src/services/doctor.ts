/**
 * The doctor: one list over everything that is looked after elsewhere. Each examination looks at a part at a time and changes
 * nothing; where repairs are asked for, what it found is put right through the ordinary ways, and the same part is looked at
 * again: only that tells what was repaired. So a second run finds nothing and writes nothing.
 */
import type { Ailment, DoctorReport, Finding } from '@granary/contracts/doctor';
import type { Caller } from '@granary/contracts/command';
import type { Call } from '../call.ts';
import type { Cure, Examination } from '../ports/examination.ts';
import { present } from '../refusal.ts';
import { findingOf, isHealthy, signKey } from '../rules/doctor-ailments.ts';
import { MAX_FINDINGS } from '../rules/job-state.ts';
import { deadlineExaminations } from './doctor-deadlines.ts';
import { eventExaminations } from './doctor-events.ts';
import { ledgerExaminations } from './doctor-ledger.ts';
import { queueExaminations } from './doctor-queues.ts';
import { rowExaminations } from './doctor-rows.ts';
import type { Engine } from './execution.ts';
import { type Chunk, type LongWork, runThrough } from './job-work.ts';

const CHUNK_DEADLINE_MS = 600_000;

/** What is asked for, as a job keeps it. */
export interface DoctorTask {
  readonly repair: boolean;
  /** All of them when left out. */
  readonly only?: readonly Ailment[] | undefined;
}

export interface DoctorOptions extends Partial<DoctorTask> {
  /** Under whose name repairs are kept. */
  readonly caller?: Caller;
  /** `done` examinations of `total`, and what was looked at. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number; readonly looked: number }) => void;
  readonly signal?: AbortSignal;
}

/** The examination, the key in it, and what lies before. */
export interface DoctorCursor {
  readonly at: number;
  readonly after: string;
  readonly looked: number;
  readonly ok: boolean;
}

const LOCAL: Caller = { actor: 'local', address: null, agent: 'doctor', requestId: 'doctor' };

export function createDoctor(engine: Engine) {
  const total = examinationsOf(engine).length;
  return async (options: DoctorOptions = {}): Promise<DoctorReport> => {
    const { repair = false, only, caller = LOCAL, signal, onProgress } = options;
    return await runThrough(doctorWork(engine, { repair, only }, caller), {
      signal,
      onChunk: ({ at, looked }) => onProgress?.({ done: at, total, looked }),
    });
  };
}

/** From outside in: what is wrong with a server explains much of what is wrong in it. */
function examinationsOf(engine: Engine): readonly Examination[] {
  return [
    ...(engine.ports.surroundings ?? []),
    ...ledgerExaminations(engine),
    ...deadlineExaminations(engine),
    ...eventExaminations(engine),
    ...queueExaminations(engine),
    ...rowExaminations(engine),
  ];
}

export function doctorWork(
  engine: Engine,
  task: DoctorTask,
  caller: Caller,
): LongWork<DoctorCursor, Finding, DoctorReport> {
  const examinations = examinationsOf(engine);
  const visit = { engine, examinations, task, call: { caller, deadlineMs: CHUNK_DEADLINE_MS } };
  return {
    start: { at: 0, after: '', looked: 0, ok: true },
    total: () => Promise.resolve(examinations.length),
    chunk: (from) => chunkOf(visit, from),
    progress: ({ at, looked }) => ({ done: at, rows: looked }),
    report: ({ ok, looked }, findings) => ({ ok, looked, findings: findings.slice(0, MAX_FINDINGS) }),
    findings: ({ findings }) => findings,
  };
}

interface Visit {
  readonly engine: Engine;
  readonly examinations: readonly Examination[];
  readonly task: DoctorTask;
  readonly call: Call;
}

async function chunkOf(visit: Visit, from: DoctorCursor): Promise<Chunk<DoctorCursor, Finding>> {
  const { examinations, task } = visit;
  const examination = present(examinations[from.at], 'an examination');
  const isWanted = (ailment: Ailment) => task.only?.includes(ailment) ?? true;
  const { findings, next, looked } = examination.finds.some(isWanted)
    ? await visitOf(visit, examination, { after: from.after, isWanted })
    : { findings: [], next: undefined, looked: 0 };
  const at = next === undefined ? from.at + 1 : from.at;
  return {
    next: { at, after: next ?? '', looked: from.looked + looked, ok: from.ok && isHealthy(findings) },
    isLast: at === examinations.length,
    findings,
  };
}

interface Visited {
  readonly findings: readonly Finding[];
  readonly next: string | undefined;
  readonly looked: number;
}

async function visitOf(
  { engine, task, call }: Visit,
  examination: Examination,
  { after, isWanted }: { after: string; isWanted: (ailment: Ailment) => boolean },
): Promise<Visited> {
  const see = async () => {
    const look = await examination.look(after);
    return { ...look, signs: look.signs.filter(({ ailment }) => isWanted(ailment)) };
  };
  const { signs, next, looked } = await see();
  const cures = new Set(task.repair ? signs.flatMap(({ cure }) => cure ?? []) : []);
  if (cures.size === 0) {
    const state = task.repair ? 'left' : 'found';
    return { findings: signs.map((sign) => findingOf(sign, state)), next, looked };
  }
  for (const cure of cures) await attempt(engine, { cure, call });
  const again = (await see()).signs;
  const left = new Set(again.map(signKey));
  const known = new Set(signs.map(signKey));
  const fresh = again.filter((sign) => !known.has(signKey(sign)));
  const told = signs.map((sign) => findingOf(sign, left.has(signKey(sign)) ? 'left' : 'repaired'));
  // Repairs made room for more of the same: the part is visited again, and what is left of it is told then.
  if (fresh.some(({ cure }) => cure !== undefined))
    return { findings: told.filter(({ state }) => state === 'repaired'), next: after, looked };
  return { findings: [...told, ...fresh.map((sign) => findingOf(sign, 'left'))], next, looked };
}

/** One that fails leaves its signs, and the others are treated all the same. */
async function attempt({ ports }: Engine, { cure, call }: { cure: Cure; call: Call }): Promise<void> {
  try {
    await cure(call);
  } catch (error) {
    ports.log('error', 'a repair of the doctor failed', { error });
  }
}
