/** The command: idempotency record, audit row and cause in one. Its id is made before the transaction and stands on every row that it writes. */
import type { Instant } from '@granary/contracts/instant';
import { EntitySchema } from 'typeorm';
import { hashColumn, instantColumn, nameColumn, textColumn, ulidColumn, wordColumn } from '../persistence/columns.ts';

export interface CommandRow {
  readonly commandId: string;
  readonly procedure: string;
  readonly actor: string;
  readonly address: string | null;
  readonly agent: string | null;
  readonly requestId: string;
  readonly idempotencyKey: string | null;
  readonly requestHash: string;
  /** The input as canonical JSON, without the key. */
  readonly request: string;
  readonly outcome: 'done' | 'refused';
  /** JSON, kept where a repeat must be answered with the same bytes, and of every refusal. */
  readonly answer: string | null;
  /** JSON of what a call without a movement changed. */
  readonly before: string | null;
  readonly after: string | null;
  readonly recordedAt: Instant;
}

export const commandEntity = new EntitySchema<CommandRow>({
  name: 'command',
  tableName: 'command',
  columns: {
    commandId: { ...ulidColumn, name: 'command_id', primary: true },
    procedure: { ...wordColumn(64), name: 'procedure_name' },
    actor: nameColumn(64),
    address: { ...nameColumn(64), nullable: true },
    agent: { ...nameColumn(255), nullable: true },
    requestId: { ...nameColumn(64), name: 'request_id' },
    idempotencyKey: { ...nameColumn(255), name: 'idempotency_key', nullable: true },
    requestHash: { ...hashColumn, name: 'request_hash' },
    request: textColumn,
    outcome: wordColumn(16),
    answer: { ...textColumn, nullable: true },
    before: { ...textColumn, name: 'before_json', nullable: true },
    after: { ...textColumn, name: 'after_json', nullable: true },
    recordedAt: { ...instantColumn, name: 'recorded_at' },
  },
  uniques: [{ name: 'command_key', columns: ['actor', 'idempotencyKey'] }],
  indices: [
    { name: 'command_actor', columns: ['actor', 'recordedAt', 'commandId'] },
    { name: 'command_time', columns: ['recordedAt', 'commandId'] },
    { name: 'command_outcome', columns: ['outcome', 'recordedAt', 'commandId'] },
  ],
});
