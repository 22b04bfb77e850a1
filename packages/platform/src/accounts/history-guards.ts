/** The second wall: triggers that refuse to change what is past whoever asks, also an account that may write everything. */

export interface Guard {
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

const CHANGES = ['UPDATE', 'DELETE'] as const;

const appendOnly = [
  ...['stock_movement', 'stock_serial_event', 'cost_record', 'cost_allocation', 'cost_period_terms'],
  ...['checkpoint', 'checkpoint_level'],
];

export const historyGuards: readonly Guard[] = [
  ...appendOnly.flatMap((table) =>
    CHANGES.map((change) => guard(table, change, refusal(`${table} is only appended to`))),
  ),
  // The key and the answer are what retention takes away; an erasure replaces a name in the request, and marks the row.
  guard(
    'command',
    'UPDATE',
    `IF ${differs('command_id', 'actor', 'procedure_name', 'outcome', 'recorded_at')}
    OR (NEW.request_id NOT LIKE 'erased:%' AND (${differs('request', 'request_hash')}))
  THEN ${refusal('what a command says is not changed')}; END IF`,
  ),
  ...CHANGES.map((change) =>
    guard('cost_period', change, `IF OLD.state = 'closed' THEN ${refusal('a closed period is not changed')}; END IF`),
  ),
  ...CHANGES.map((change) => guard('cost_snapshot', change, unlessClosed('OLD'))),
  guard('cost_snapshot', 'INSERT', unlessClosed('NEW')),
];

function guard(table: string, change: 'INSERT' | 'UPDATE' | 'DELETE', body: string): Guard {
  const name = `granary_${table}_${change.toLowerCase()}`;
  return { name, table, sql: `CREATE TRIGGER ${name} BEFORE ${change} ON ${table} FOR EACH ROW\n  ${body}` };
}

function differs(...columns: readonly string[]): string {
  return columns.map((column) => `NOT (NEW.${column} <=> OLD.${column})`).join(' OR ');
}

function unlessClosed(row: 'OLD' | 'NEW'): string {
  const closed = `SELECT 1 FROM cost_period AS p WHERE p.period_id = ${row}.period_id AND p.state = 'closed'`;
  return `IF EXISTS (${closed}) THEN ${refusal('the figures of a closed period are not changed')}; END IF`;
}

function refusal(text: string): string {
  return `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${text}'`;
}
