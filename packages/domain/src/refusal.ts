/** The engine's vocabulary of refusals: each sentence once, written for the person who reads it. */
import { GranaryError, type InputIssue, type ShortLine } from '@granary/contracts/error';

/** What a decision answers for one request: an answer, or the refusal that its caller gets. A refusal is data, not an exception. */
export type Outcome<T> =
  | { readonly ok: true; readonly answer: T }
  | { readonly ok: false; readonly refusal: GranaryError };

export const accepted = <T>(answer: T): Outcome<T> => ({ ok: true, answer });
export const refused = (refusal: GranaryError): { readonly ok: false; readonly refusal: GranaryError } => ({
  ok: false,
  refusal,
});

export function unknownSku(skuId: string): GranaryError {
  return new GranaryError('stockNotFound', {
    message: `There is no stock record of SKU ${quote(skuId)}.`,
    hint: 'Check the spelling (identifiers are compared exactly), or receive stock of it first.',
    details: { skuId },
  });
}

export function notFound(noun: string, id: string): GranaryError {
  return new GranaryError('notFound', {
    message: `There is no ${noun} ${quote(id)}.`,
    hint: `Check the ${noun}; identifiers are compared exactly.`,
    details: { noun, id: cut(id, LONGEST_TOLD) },
  });
}

export function duplicate(noun: string, id: string, message: string): GranaryError {
  return new GranaryError('duplicate', {
    message,
    hint: 'Send the same content to get the first answer again, or choose another number.',
    details: { noun, id: cut(id, LONGEST_TOLD) },
  });
}

/** The same words wherever the batch lies, so that they do not tell where. */
export function numberTaken({ skuId, batchNo }: { skuId: string; batchNo: string }): GranaryError {
  return duplicate('batch', batchNo, `SKU ${quote(skuId)} has a batch ${quote(batchNo)} already.`);
}

export interface InvalidState {
  readonly noun: string;
  readonly id: string;
  readonly state: string;
  readonly message: string;
  readonly hint: string;
  readonly cause?: string;
}

export function invalidState({ noun, id, state, message, hint, cause }: InvalidState): GranaryError {
  return new GranaryError('invalidState', {
    message,
    hint,
    details: cause === undefined ? { noun, id, state } : { noun, id, state, cause },
  });
}

export function invalidInput(issues: readonly InputIssue[]): GranaryError {
  const [first] = issues;
  return new GranaryError('validation', {
    message: first === undefined ? 'The input is not valid.' : `${first.path}: ${first.message}`,
    hint: 'Correct the fields named in details.issues and send the call again.',
    details: { issues },
  });
}

export function insufficientStock(lines: readonly ShortLine[]): GranaryError {
  const named = lines.map(
    (line) => `${quote(line.skuId)} (${line.requested} requested, ${line.available} available${lacking(line)})`,
  );
  return new GranaryError('insufficientStock', {
    message: `Not enough stock of ${named.slice(0, 5).join(', ')}${named.length > 5 ? ` and ${named.length - 5} more` : ''}.`,
    hint: 'Ask for no more than is available, or wait for stock; nothing was held or taken.',
    details: { lines },
  });
}

/** What a bundle or a virtual SKU lacks. */
function lacking({ components = [] }: ShortLine): string {
  const named = components.map(
    (part) => `${quote(part.skuId)} of which it needs ${part.requested} and ${part.available} are available`,
  );
  return named.length === 0 ? '' : `, for lack of ${named.slice(0, 5).join(', ')}`;
}

export function reservationExpired(holds: readonly { reservationId: string; commandId: string }[]): GranaryError {
  const reservationIds = holds.map((hold) => hold.reservationId);
  return new GranaryError('reservationExpired', {
    message: `Reservation ${reservationIds.slice(0, 5).join(', ')} has passed its deadline and no longer holds stock.`,
    hint: 'Reserve again; the goods may have gone to somebody else. details.causes are the commands that expired it.',
    details: { reservationIds, causes: holds.map((hold) => hold.commandId) },
  });
}

export function incompatibleBatch(number: string, differs: readonly string[]): GranaryError {
  return new GranaryError('incompatibleBatch', {
    message: `Batch ${quote(number)} exists with another ${differs.join(' and ')}.`,
    hint: 'Receive these goods under a batch number of their own.',
    details: { batchNo: number, differs },
  });
}

/** Identifiers in messages are cut: an error must not echo a large input. */
export function quote(id: string): string {
  return `"${cut(id, 64)}"`;
}

/** As long as an identifier may be; batch numbers and ids of events may be longer. */
const LONGEST_TOLD = 100;

/** Half of a surrogate pair at the end would be no text any more. */
function cut(id: string, most: number): string {
  return id.length > most ? `${id.slice(0, most - 1).toWellFormed()}…` : id;
}

/** For what can only be a bug: never mapped to a kind, so it surfaces as INV_006 and in the log. */
export function invariant(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${message}`);
}

/** The same of a value: what is asked for, which only a bug can leave out. */
export function present<T>(value: T, what: string): NonNullable<T> {
  if (value === undefined || value === null) throw new Error(`invariant broken: ${what} is missing`);
  return value;
}

/** Of what was thrown, the refusal; anything else is a bug or a fault and thrown on. */
export function asRefusal(thrown: unknown): GranaryError {
  if (thrown instanceof GranaryError) return thrown;
  throw thrown;
}
