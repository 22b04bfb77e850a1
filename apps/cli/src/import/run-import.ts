/** Sends a file to the engine in this process and sees its job through, beside workers or without any. */
import type { Import, ImportError, ImportKind } from '@granary/contracts/import';
import type { Job } from '@granary/contracts/job';
import type { Call, Domain } from '@granary/domain';
import { PlainError } from '../command.ts';
import { hashOf, piecesOf } from './csv-file.ts';

/** A run that is killed is gone on with after it. */
const LEASE_MS = 15_000;
const PAUSE_MS = 100;

export interface ImportRun {
  readonly domain: Pick<Domain, 'imports' | 'jobs' | 'jobRunner'>;
  readonly call: Call;
  readonly kind: ImportKind;
  readonly path: string;
  readonly fileName: string;
  readonly fromExport: boolean;
  readonly isDry: boolean;
  /** Names this process among the workers. */
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, note: string) => void;
}

export interface ImportEnd {
  readonly answer: Import;
  readonly errors: readonly ImportError[];
  /** It was applied by an earlier run. */
  readonly wasDone: boolean;
}

export async function runImport(run: ImportRun): Promise<ImportEnd> {
  const { domain, call, isDry } = run;
  const sent = await send(run);
  const importId = sent.id;
  if (sent.state === 'done') return { answer: sent, errors: [], wasDone: true };
  const started = isDry ? await domain.imports.check({ importId }, call) : await domain.imports.run({ importId }, call);
  await seeThrough(run, started.jobId ?? '');
  const answer = await domain.imports.get({ importId });
  const errors: ImportError[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await domain.imports.errors({ importId, limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    errors.push(...page.items);
    if (page.nextCursor === null) return { answer, errors, wasDone: false };
    cursor = page.nextCursor;
  }
}

/** The pieces that an earlier run sent are there; the rest follows. */
async function send({
  domain,
  call,
  kind,
  path,
  fileName,
  fromExport,
  signal,
  onProgress,
}: ImportRun): Promise<Import> {
  let answer = await domain.imports.create({ kind, sha256: await hashOf(path), fileName, fromExport }, call);
  if (answer.state !== 'uploading') return answer;
  let part = 0;
  for await (const csv of piecesOf(path)) {
    signal.throwIfAborted();
    part += 1;
    if (part <= answer.parts) continue;
    answer = await domain.imports.upload({ importId: answer.id, part, csv }, call);
    onProgress(0, `sent ${part} pieces`);
  }
  if (part === 0) throw new PlainError('The file is empty; its first row must name the columns.');
  return answer;
}

/** A worker may run the job as well: whoever has the lease does the next rows. */
async function seeThrough({ domain, holder, signal, onProgress }: ImportRun, jobId: string): Promise<Job> {
  try {
    for (;;) {
      const job = await domain.jobs.get({ id: jobId });
      onProgress(job.done, job.state === 'queued' ? 'waiting' : `of ${job.total ?? '?'}`);
      if (job.endedAt !== null) {
        if (job.state === 'done') return job;
        throw new PlainError(`The job ended ${job.state}${job.error === null ? '' : `: ${job.error.message}`}`);
      }
      signal.throwIfAborted();
      const { chunks } = await domain.jobRunner.runOnce({ holder, leaseMs: LEASE_MS });
      if (chunks === 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  } finally {
    // Whoever goes on, a worker or the next run, need not wait for the lease.
    await domain.jobRunner.handBack(holder);
  }
}
