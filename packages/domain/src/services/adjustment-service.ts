/** Adjustments and counts: the books corrected by hand, one line or up to a thousand, once per document number. */
import {
  type AdjustInput,
  type AdjustLineInput,
  type AdjustManyInput,
  type AdjustmentDocument,
  type AdjustmentGetInput,
  type AdjustmentListInput,
  adjustmentType,
  type AdjustmentType,
  type CountInput,
  type CountLineInput,
  type CountManyInput,
} from '@granary/contracts/adjustment';
import type { DocumentSummary } from '@granary/contracts/document';
import { parseInstant } from '@granary/contracts/instant';
import type { Page } from '@granary/contracts/page';
import type { Call } from '../call.ts';
import { readCountLines } from '../persistence/adjustment-store.ts';
import { findDocument, listDocuments } from '../persistence/document-store.ts';
import { pageOf } from '../persistence/page.ts';
import { notFound, present } from '../refusal.ts';
import type { Adjusting } from './adjust-resolving.ts';
import { decideAdjusting } from './adjusting.ts';
import { withCounts } from './adjustment-record.ts';
import { documentBy, headerOf, readDocument } from './document-record.ts';
import { type Engine, execute } from './execution.ts';

const TYPES = adjustmentType.options;

export function createAdjustmentService(engine: Engine) {
  return {
    adjust: (input: AdjustInput, call: Call) =>
      run(engine, {
        ...{ procedure: 'adjustment.adjust', type: 'adjustment', input, call, documentNo: input.adjustmentNo },
        ...{ lines: [adjustLine(input)], pathOf: () => '' },
      }),
    adjustMany: (input: AdjustManyInput, call: Call) =>
      run(engine, {
        ...{ procedure: 'adjustment.adjustMany', type: 'adjustment', input, call, documentNo: input.adjustmentNo },
        ...{ lines: input.lines, pathOf: lineOf },
      }),
    count: (input: CountInput, call: Call) =>
      run(engine, {
        ...{ procedure: 'adjustment.count', type: 'count', input, call, documentNo: input.countNo },
        ...{ lines: [countLine(input)], pathOf: () => '' },
      }),
    countMany: (input: CountManyInput, call: Call) =>
      run(engine, {
        ...{ procedure: 'adjustment.countMany', type: 'count', input, call, documentNo: input.countNo },
        ...{ lines: input.lines, pathOf: lineOf },
      }),
    get: (input: AdjustmentGetInput): Promise<AdjustmentDocument> => get(engine, input),
    list: (input: AdjustmentListInput): Promise<Page<DocumentSummary>> => list(engine, input),
  };
}

const lineOf = (at: number) => `lines.${at}.`;

function adjustLine({ skuId, delta, locationId, batchId, unitCost, serials }: AdjustInput): AdjustLineInput {
  return { skuId, delta, locationId, batchId, unitCost, serials };
}

function countLine({
  skuId,
  counted,
  onHandVersion,
  locationId,
  batchId,
  unitCost,
  serials,
}: CountInput): CountLineInput {
  return { skuId, counted, onHandVersion, locationId, batchId, unitCost, serials };
}

interface Running extends Omit<Adjusting, 'grown' | 'type'> {
  readonly procedure: string;
  readonly type: AdjustmentType;
  readonly call: Call;
}

async function run(engine: Engine, { procedure, call, ...adjusting }: Running): Promise<AdjustmentDocument> {
  const { type, documentNo, lines, input } = adjusting;
  const key = documentNo === undefined ? `sku:${present(lines[0], 'a line').skuId}` : `document:${type}:${documentNo}`;
  return await execute(engine, {
    procedure,
    input,
    call,
    lock: { scope: 'document', keys: [key] },
    decide: (tx, grown) => {
      // What the header says; the lines stand beside it, however many the call has.
      const { reasonCode, reason, operator, occurredAt } = input;
      return decideAdjusting(tx, engine, { ...adjusting, input: { reasonCode, reason, operator, occurredAt }, grown });
    },
  });
}

async function get(engine: Engine, input: AdjustmentGetInput): Promise<AdjustmentDocument> {
  const by = documentBy(input);
  return await engine.units.read(async (tx) => {
    const row = await findDocument(tx, by);
    if (row === undefined || !TYPES.some((each) => each === row.type))
      throw notFound('adjustment', 'id' in by ? by.id : by.documentNo);
    return withCounts(await readDocument(tx, row), await readCountLines(tx, row.documentId));
  });
}

async function list(engine: Engine, input: AdjustmentListInput): Promise<Page<DocumentSummary>> {
  const { type, reasonCode } = input;
  const types = type === undefined ? TYPES : [type];
  const [from, to] = [input.from, input.to].map((text) => (text === undefined ? undefined : parseInstant(text)));
  return await engine.units.read(async (tx) => {
    const page = await pageOf({
      list: `adjustments:${types.join()}`,
      input,
      load: (after, limit) => listDocuments(tx, { types, reasonCode, from, to, before: after?.[0], limit }),
      keyOf: (row) => [row.documentId],
    });
    const items = page.items.map((row) => ({ ...headerOf(row, undefined), lineCount: row.lineCount }));
    return { items, nextCursor: page.nextCursor };
  });
}
