/** What goods come back from or go back to: a line of a document that moved them, or a reservation whose goods were deducted. */
import { z } from 'zod';
import { documentNo, id } from './identifier.ts';
import { rule } from './rule.ts';

/** As many lines as a document may have. */
const MAX_ORIGINAL_LINE = 1000;

/** A line of another document, by its id or its number, and the line as that document's answer counts it. */
export const originalFields = {
  originalDocumentId: id.optional().meta({ description: 'The document that it comes from' }),
  originalDocumentNo: documentNo.optional().meta({ description: 'The same by its number' }),
  originalLine: z
    .number()
    .int()
    .min(1)
    .max(MAX_ORIGINAL_LINE)
    .optional()
    .meta({ description: 'Which line of that document (`line` in its answer)', examples: [1] }),
};

export interface Originals {
  readonly originalDocumentId?: string | undefined;
  readonly originalDocumentNo?: string | undefined;
  readonly originalLine?: number | undefined;
  readonly reservationId?: string | undefined;
}

const namesDocument = (line: Originals) => line.originalDocumentId ?? line.originalDocumentNo;
export const hasOriginal = (line: Originals): boolean => (namesDocument(line) ?? line.reservationId) !== undefined;

export const oneOriginal = rule(
  (line: Originals) =>
    [line.originalDocumentId, line.originalDocumentNo, line.reservationId].filter((each) => each !== undefined)
      .length <= 1,
  'name at most one of originalDocumentId, originalDocumentNo and reservationId',
  'originalDocumentId',
);
export const lineOfOriginal = rule(
  (line: Originals) => (line.originalLine === undefined) === (namesDocument(line) === undefined),
  'goes with originalDocumentId or originalDocumentNo, and they with it',
  'originalLine',
);
