/** Telling failures apart by kind, with the details of that kind typed. */
import { type ErrorKind, GranaryError } from '@granary/contracts/error';

/** `if (isGranaryError(error, 'insufficientStock')) error.details.lines…`; without a kind, any refusal or failure that Granary answered. */
export function isGranaryError(error: unknown): error is GranaryError;
export function isGranaryError<K extends ErrorKind>(error: unknown, kind: K): error is GranaryError<K>;
export function isGranaryError(error: unknown, kind?: ErrorKind): boolean {
  return error instanceof GranaryError && (kind === undefined || error.kind === kind);
}
