/** Tells an answer of Granary from the answer of anything else that may stand between: proxies, portals, other programs. */
import { type ErrorAnswer, errorTable } from '@granary/contracts/error';

/** One envelope, or an array of them for a batch. */
export function isGranaryAnswer(body: unknown): boolean {
  const items: unknown[] = Array.isArray(body) ? body : [body];
  return (
    items.length > 0 &&
    items.every((item) => isRecord(item) && (isRecord(item['result']) || isErrorEnvelope(item['error'])))
  );
}

/** Kinds that this client does not know come from a newer Granary and are not taken for an answer. */
export function isErrorAnswer(data: unknown): data is ErrorAnswer {
  return (
    isRecord(data) &&
    typeof data['kind'] === 'string' &&
    Object.hasOwn(errorTable, data['kind']) &&
    typeof data['message'] === 'string' &&
    typeof data['hint'] === 'string' &&
    isRecord(data['details'])
  );
}

function isErrorEnvelope(error: unknown): boolean {
  return isRecord(error) && isErrorAnswer(error['data']);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
