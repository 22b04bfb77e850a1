/** Imports as callers see them: created by the hash of their file, sent in parts, checked and applied by the job (import-work.ts). */
import type {
  Import,
  ImportCreateInput,
  ImportError,
  ImportErrorsInput,
  ImportListInput,
  ImportStartInput,
  ImportUploadInput,
} from '@granary/contracts/import';
import type { GranaryError } from '@granary/contracts/error';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import type { ImportHeadRow } from '../entities/import.ts';
import {
  appendImport,
  appendPart,
  findImport,
  findImportOf,
  findPart,
  listErrors,
  listImports,
  lockImport,
  replaceImport,
} from '../persistence/import-store.ts';
import { pageOf } from '../persistence/page.ts';
import type { Tx } from '../persistence/transaction.ts';
import { accepted, duplicate, notFound, refused } from '../refusal.ts';
import { importFact, toImport, toImportError } from '../rules/import-answer.ts';
import { type Decision, draftNow, type Engine, execute, sha256 } from './execution.ts';
import { inState, startImport } from './import-start.ts';
import { keptText, openedText, partPlace } from './import-sealing.ts';
import { changed } from './import-task.ts';

export function createImportService(engine: Engine) {
  return {
    create: (input: ImportCreateInput, call: Call) => create(engine, input, call),
    upload: (input: ImportUploadInput, call: Call) => upload(engine, input, call),
    check: (input: ImportStartInput, call: Call) => startImport(engine, { mode: 'check', input, call }),
    run: (input: ImportStartInput, call: Call) => startImport(engine, { mode: 'run', input, call }),
    cancel: (input: ImportStartInput, call: Call) => cancel(engine, input, call),

    get: async ({ importId }: { importId: string }): Promise<Import> =>
      await engine.units.read(async (tx) => toImport(await known(tx, importId))),

    list: async (input: ImportListInput): Promise<Page<Import>> =>
      await engine.units.read(async (tx) => {
        const page = await pageOf({
          ...{ list: 'imports', input },
          load: (after, limit) => listImports(tx, { input, before: after?.[0], limit }),
          keyOf: (row) => [row.importId],
        });
        return { items: page.items.map(toImport), nextCursor: page.nextCursor };
      }),

    errors: async (input: ImportErrorsInput): Promise<Page<ImportError>> =>
      await engine.units.read(async (tx) => {
        const { importId } = await known(tx, input.importId);
        const page = await pageOf({
          ...{ list: 'importErrors', parts: 2, input },
          load: (after, limit) => listErrors(tx, { importId, after, limit }),
          keyOf: (row) => [String(row.rowNo), String(row.errorNo)],
        });
        return { items: page.items.map(toImportError), nextCursor: page.nextCursor };
      }),
  };
}

async function known(tx: Tx, importId: string): Promise<ImportHeadRow> {
  const row = await findImport(tx, importId);
  if (row === undefined) throw notFound('import', importId);
  return row;
}

/** The same file again is the same import; two that create it at once meet at the unique key. */
async function create(engine: Engine, input: ImportCreateInput, call: Call): Promise<Import> {
  const { kind, sha256: fileHash, fromExport: isExport } = input;
  return await execute(engine, {
    ...{ procedure: 'import.create', input, call },
    lock: { scope: 'document', keys: [`import:${fileHash}`] },
    decide: async (tx): Promise<Decision<Import>> => {
      const earlier = await findImportOf(tx, { kind, fileHash, isExport });
      const draft = await draftNow(tx, engine);
      if (earlier !== undefined) return { draft, outcome: accepted(toImport(earlier)) };
      const row: ImportHeadRow = {
        ...{ importId: engine.ports.ids(), kind, state: 'uploading', fileHash, isExport },
        ...{ fileName: input.fileName ?? null, partCount: 0, lineCount: 0, rowCount: null },
        ...{ errorCount: 0, applied: 0, unchanged: 0, jobId: null },
        ...{ requestedBy: call.caller.actor, createdAt: draft.now, updatedAt: draft.now, version: 1 },
      };
      draft.facts.push(importFact(undefined, row, tx.commandId));
      return { draft, outcome: accepted(toImport(row)), after: toImport(row), write: () => appendImport(tx, row) };
    },
  });
}

/** In order and without a gap, so that whoever goes on after a break need only know how many there are. */
async function upload(engine: Engine, input: ImportUploadInput, call: Call): Promise<Import> {
  const { importId, part, csv, idempotencyKey } = input;
  const about = { importId, part, sha256: sha256(csv) };
  return await execute(engine, {
    // The text itself would make the audit as large as the files.
    ...{ procedure: 'import.upload', input: { ...about, idempotencyKey }, call },
    lock: { scope: 'document', keys: [`import:${importId}`] },
    decide: async (tx): Promise<Decision<Import>> => {
      const before = await lockImport(tx, importId);
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: refused(notFound('import', importId)) };
      const earlier = await findPart(tx, importId, part);
      const place = partPlace(importId, part);
      if (earlier && openedText(engine, earlier.csv, place) === csv)
        return { draft, outcome: accepted(toImport(before)) };
      const refusal = refusesPart(before, part);
      if (refusal !== undefined) return { draft, outcome: refused(refusal) };
      const lineCount = before.lineCount + csv.split('\n').length - 1;
      const row = { ...before, partCount: part, lineCount, updatedAt: draft.now, version: before.version + 1 };
      const write = async () => {
        await appendPart(tx, { importId, partNo: part, csv: keptText(engine, csv, place) });
        await replaceImport(tx, before, row);
      };
      return changed(tx, { draft, before, row, write });
    },
  });
}

function refusesPart(row: ImportHeadRow, part: number): GranaryError | undefined {
  const id = String(part);
  if (row.state !== 'uploading')
    return inState(row, 'takes no parts any more', 'Cancel it and create another one for another file.');
  if (part <= row.partCount) return duplicate('part', id, `Part ${part} is there already with another text.`);
  if (part === row.partCount + 1) return undefined;
  return inState(
    row,
    `has ${row.partCount} parts, so the next one is part ${row.partCount + 1}`,
    'Send the parts in their order.',
  );
}

/** What was applied stays; a job under way ends before its next rows. */
async function cancel(engine: Engine, input: ImportStartInput, call: Call): Promise<Import> {
  const { importId } = input;
  return await execute(engine, {
    ...{ procedure: 'import.cancel', input, call },
    lock: { scope: 'document', keys: [`import:${importId}`] },
    decide: async (tx): Promise<Decision<Import>> => {
      const before = await lockImport(tx, importId);
      const draft = await draftNow(tx, engine);
      if (before === undefined) return { draft, outcome: refused(notFound('import', importId)) };
      if (before.state === 'cancelled') return { draft, outcome: accepted(toImport(before)) };
      if (before.state === 'done')
        return {
          draft,
          outcome: refused(inState(before, 'was applied', 'Take back what it made with the calls for that.')),
        };
      const row = { ...before, state: 'cancelled' as const, updatedAt: draft.now, version: before.version + 1 };
      return changed(tx, { draft, before, row, write: () => replaceImport(tx, before, row) });
    },
  });
}
