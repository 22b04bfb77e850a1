/** Sends files as a caller does, and runs the job that checks and applies them. */
import { createHash } from 'node:crypto';
import type { Import, ImportError, ImportKind } from '@granary/contracts/import';
import { createTestWorker } from './jobs.ts';
import type { TestDomain } from './test-domain.ts';

export interface Sent {
  readonly kind: ImportKind;
  readonly csv: string;
  readonly fromExport?: boolean;
  /** Characters a part; small ones cut rows in the middle. */
  readonly partSize?: number;
}

export async function send(
  { domain, call }: TestDomain,
  { kind, csv, fromExport = false, partSize = 500_000 }: Sent,
): Promise<Import> {
  const sha256 = createHash('sha256').update(csv, 'utf8').digest('hex');
  let answer = await domain.imports.create({ kind, sha256, fromExport }, call);
  const letters = Array.from(csv);
  for (let from = 0, part = 1; from < letters.length; from += partSize, part += 1)
    answer = await domain.imports.upload(
      { importId: answer.id, part, csv: letters.slice(from, from + partSize).join('') },
      call,
    );
  return answer;
}

export interface Ended {
  readonly answer: Import;
  readonly errors: readonly ImportError[];
}

export async function checked(at: TestDomain, importId: string): Promise<Ended> {
  return await ended(at, await at.domain.imports.check({ importId }, at.call));
}

export async function applied(at: TestDomain, importId: string): Promise<Ended> {
  return await ended(at, await at.domain.imports.run({ importId }, at.call));
}

async function ended({ domain }: TestDomain, { id, jobId }: Import): Promise<Ended> {
  await createTestWorker(domain, 'importer').finish(jobId ?? '');
  const answer = await domain.imports.get({ importId: id });
  return { answer, errors: (await domain.imports.errors({ importId: id, limit: 500 })).items };
}

/** From the file to what became of it. */
export async function imported(at: TestDomain, sent: Sent): Promise<Ended> {
  const { id } = await send(at, sent);
  const check = await checked(at, id);
  return check.answer.state === 'checked' ? await applied(at, id) : check;
}
