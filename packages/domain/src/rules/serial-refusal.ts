/** The refusals about single pieces. */
import type { GranaryError } from '@granary/contracts/error';
import { MAX_CALL_SERIALS } from '@granary/contracts/serial-number';
import type { SerialRow } from '../entities/serial.ts';
import { invalidInput, invalidState, quote } from '../refusal.ts';

/** Also of pieces that come back to where they cannot: on their way they belong to their transfer. */
export function cannotComeBack({ skuId, serial, state, commandId }: SerialRow): GranaryError {
  return invalidState({
    noun: 'serial',
    id: serial,
    state,
    message: `Piece ${quote(serial)} of SKU ${quote(skuId)} is ${state} and cannot come in here.`,
    hint: 'serial.get tells where it is; what is in transit arrives by transfer.receive or comes back by transfer.cancel.',
    cause: commandId,
  });
}

export function notThere({ skuId, serial, state, commandId }: SerialRow): GranaryError {
  return invalidState({
    noun: 'serial',
    id: serial,
    state,
    message: `Piece ${quote(serial)} of SKU ${quote(skuId)} is ${state}, not in stock.`,
    hint: 'details.cause is the command that brought it there; serial.get tells its whole history.',
    cause: commandId,
  });
}

/** The document cannot be taken back: this piece of it has gone its own way since. */
export function movedOn(
  { serial, skuId, state, commandId }: Pick<SerialRow, 'skuId' | 'serial' | 'commandId'> & { readonly state: string },
  wish: string,
): GranaryError {
  return invalidState({
    noun: 'serial',
    id: serial,
    state,
    message: `Piece ${quote(serial)} of SKU ${quote(skuId)} is ${state}: ${wish}.`,
    hint: 'serial.get tells its whole history.',
    ...(commandId === '' ? {} : { cause: commandId }),
  });
}

export function tooManyPieces(pieces: number): GranaryError {
  const message = `must not move more than ${MAX_CALL_SERIALS} pieces of serial-tracked SKUs at once, not ${pieces}`;
  return invalidInput([{ path: 'lines', message }]);
}
