/**
 * What each account of the database may do to each table. The engine only ever appends to what is past, so the accounts that
 * it runs under may do no more: whoever takes over a process cannot rewrite the ledger.
 */
import { RECORD_TABLE } from '../migration-record.ts';

/** `application` is for the api; `worker` may besides seal checkpoints, and take away what retention says is too old. */
export const runningAccounts = ['application', 'worker'] as const;
export type RunningAccount = (typeof runningAccounts)[number];

const EVERYTHING = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const APPEND = ['SELECT', 'INSERT'];

/** What a table allows where it is not everything. */
const kept: ReadonlyMap<string, readonly string[]> = new Map([
  ['stock_movement', APPEND],
  ['stock_serial_event', APPEND],
  ['command', APPEND],
  ['command_sku', APPEND],
  ['checkpoint', ['SELECT']],
  ['checkpoint_level', ['SELECT']],
  ['cost_record', APPEND],
  ['cost_allocation', APPEND],
  ['cost_period_terms', APPEND],
  // A close that was given up leaves some; the triggers keep those of a closed period.
  ['cost_snapshot', ['SELECT', 'INSERT', 'DELETE']],
  ['cost_period', ['SELECT', 'INSERT', 'UPDATE']],
  [RECORD_TABLE, ['SELECT']],
]);

/**
 * What the worker does besides: it seals checkpoints; and old keys and answers go, and at last old commands. Who did what and
 * when stands until then as it was written.
 */
const workerBesides: ReadonlyMap<string, readonly string[]> = new Map([
  ['command', ['UPDATE (idempotency_key, answer)', 'DELETE']],
  ['command_sku', ['DELETE']],
  ['checkpoint', ['INSERT']],
  ['checkpoint_level', ['INSERT']],
]);

export function rightsOn(table: string, account: RunningAccount): readonly string[] {
  const rights = kept.get(table) ?? EVERYTHING;
  return account === 'worker' ? [...rights, ...(workerBesides.get(table) ?? [])] : rights;
}
