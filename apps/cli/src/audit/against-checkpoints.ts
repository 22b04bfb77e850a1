/** `audit verify`, `audit checkpoint`, `audit key`: the database in use against its signed checkpoints. */
import type { AuditReport } from '@granary/contracts/checkpoint';
import { publicHalf } from '@granary/platform/checkpoint-keys';
import { parseConfig } from '@granary/platform/env';
import { type CommandContext, type Outcome, PlainError, UsageError } from '../command.ts';
import { withEngineInUse } from '../fleet/engine-in-use.ts';
import { environment, serversInUse } from '../surroundings.ts';
import { grouped } from '../table.ts';

const SHOWN = 50;
const EXPECTED = /^(\d{1,15}):([0-9a-f]{64})$/;

type Tools = Pick<CommandContext, 'progress' | 'signal'>;

/** `expect` is a checkpoint that was noted elsewhere, as `number:digest`. */
export async function verifyAudit({ progress, signal }: Tools, expect: string | undefined): Promise<Outcome> {
  const noted = expect === undefined ? undefined : notedOf(expect);
  return await withEngineInUse('audit', async ({ domain }) => {
    const bar = progress('verifying');
    const report = await domain.verifyAudit({
      signal,
      onProgress: ({ commands, movements }) => bar.at(commands + movements, 'rows'),
    });
    bar.end();
    const missing = noted === undefined ? [] : await domain.checkpoints.lacks(noted);
    const findings = [...report.findings, ...missing];
    const ok = report.ok && missing.length === 0;
    return { ok, figures: { ...report, findings }, summary: summaryOf({ ...report, ok, findings }) };
  });
}

function notedOf(text: string): { no: number; digest: string } {
  const [, no = '', digest = ''] = EXPECTED.exec(text) ?? [];
  if (digest === '') throw new UsageError(`--expect must be a number and a digest, such as 12:9f86d0…, not '${text}'`);
  return { no: Number(no), digest };
}

/** Makes checkpoints until all that may be sealed is. */
export async function makeCheckpoints({ progress, signal }: Tools): Promise<Outcome> {
  return await withEngineInUse('audit', async ({ domain }) => {
    const bar = progress('sealing');
    let made = await domain.checkpoints.seal();
    const sums = { checkpoints: 1, commands: made.commands, movements: made.movements };
    while (!made.isWhole && !signal.aborted) {
      made = await domain.checkpoints.seal();
      sums.checkpoints += 1;
      sums.commands += made.commands;
      sums.movements += made.movements;
      bar.at(sums.commands + sums.movements, 'rows');
    }
    const archived = await domain.checkpoints.archive();
    bar.end();
    const { no, digest, at, isWhole } = made;
    const summary = `Sealed ${grouped(sums.commands)} commands and ${grouped(sums.movements)} movements. The newest checkpoint is ${no}, made at ${at}; note it elsewhere:\n${no}:${digest}`;
    return { ok: isWhole, figures: { ...sums, archived, newest: { no, digest, at } }, summary };
  });
}

/** The public half of the key that signs, for GRANARY_CHECKPOINT_TRUSTED where nothing is signed. */
export function tellKey(): Outcome {
  const { checkpointKey } = parseConfig({
    ...environment(),
    ...{ DATABASE_URL: serversInUse().databaseUrl, STOCK_LOCK: 'none' },
  });
  if (checkpointKey === undefined)
    throw new PlainError('GRANARY_CHECKPOINT_KEY is not set, so there is no key to tell the public half of.');
  const trusted = publicHalf(checkpointKey);
  return { ok: true, figures: { trusted }, summary: trusted };
}

function summaryOf({ ok, checkpoints, commands, movements, pruned, newest, findings }: AuditReport): string {
  const gone = pruned === 0 ? '' : `, ${grouped(pruned)} of them removed by retention`;
  const named = findings.slice(0, SHOWN).map(({ kind, row, detail }) => `${kind}  ${row}: ${detail}`);
  const more =
    findings.length > SHOWN ? [`… and ${grouped(findings.length - SHOWN)} more (all of them with --json)`] : [];
  const last = newest === null ? [] : [`The newest checkpoint is ${newest.no}:${newest.digest}, made at ${newest.at}.`];
  return [
    `${grouped(checkpoints)} checkpoints, ${grouped(commands)} commands${gone}, ${grouped(movements)} movements.`,
    ...last,
    ...(ok ? ['All of it is what was signed.'] : named),
    ...more,
  ].join('\n');
}
