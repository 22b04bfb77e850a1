/** The serial numbers of a call's lines: of a serial-tracked SKU every piece has one, and pieces move by name. */
import { z } from 'zod';
import { identifier } from './identifier.ts';

/** More pieces of one SKU take several lines. */
export const MAX_LINE_SERIALS = 1000;
/** Pieces with a serial number that one call may move, named or chosen. */
export const MAX_CALL_SERIALS = 10_000;

export const serialNo = identifier('Serial number of one piece, unique per SKU', 100, 'SN-0001');

/** Names of single pieces; how many there must be, the quantity of the line says. */
export const serialNos = z
  .array(serialNo)
  .min(1)
  .max(MAX_LINE_SERIALS)
  .refine((names) => new Set(names).size === names.length, 'must not name a piece twice');

export const incomingSerials = serialNos.optional().meta({
  description: 'Of a serial-tracked SKU, and only of one: the serial number of every piece',
  examples: [['SN-0001', 'SN-0002']],
});
export const outgoingSerials = serialNos.optional().meta({
  description:
    'Of a serial-tracked SKU: which pieces, every one of them, and thereby from which batches; left out, the lowest of the batches that are taken',
  examples: [['SN-0001']],
});

/** Left out of an answer where no piece has a serial number. */
export const answeredSerials = z.array(z.string()).optional();
