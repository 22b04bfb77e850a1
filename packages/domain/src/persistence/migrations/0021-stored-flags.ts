/**
 * Columns that the database computes for an index become stored ones. With virtual ones MariaDB loses rows: a plain read by
 * such an index that also sorts answers without a row that is there, as long as any older transaction is open.
 */
interface Flag {
  readonly table: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly keys: Readonly<Record<string, string>>;
  readonly uniqueKeys?: Readonly<Record<string, string>>;
}

const flags: readonly Flag[] = [
  {
    table: 'stock_batch',
    columns: {
      open: `tinyint AS (if(status = 'available' and on_hand > reserved + locked, 1, 0))`,
      due_at: `datetime(6) AS (if(status = 'available' and on_hand > 0 and year(expires_at) < 9999, expires_at, null))`,
    },
    keys: {
      stock_batch_received: '(sku_id, location_id, open, received_at, batch_id)',
      stock_batch_expiry: '(sku_id, location_id, open, expires_at, received_at, batch_id)',
      stock_batch_due: '(due_at, batch_id)',
    },
  },
  {
    table: 'reservation',
    columns: { held: `tinyint AS (if(state in ('active', 'confirmed'), 1, null))` },
    keys: {},
    uniqueKeys: { reservation_held: '(business_id, type, sku_id, line_id, held)' },
  },
  {
    table: 'reservation_line',
    columns: { is_held: 'tinyint AS (if(held > 0, 1, 0))' },
    keys: { reservation_line_batch: '(batch_id, is_held, reservation_id)' },
  },
  {
    table: 'job',
    columns: { open: `tinyint AS (if(state in ('queued', 'running'), 1, null))` },
    keys: {},
    uniqueKeys: { job_open: '(kind, open)' },
  },
  {
    table: 'stock_lock',
    columns: { held: `tinyint AS (if(state = 'active', 1, null))` },
    keys: {},
    uniqueKeys: { stock_lock_held: '(business_id, type, held)' },
  },
  {
    table: 'stock_in_transit_line',
    columns: { is_open: 'tinyint AS (if(outstanding > 0, 1, 0))' },
    keys: { stock_in_transit_line_sku: '(sku_id, is_open, expected_at, in_transit_id)' },
  },
  {
    table: 'stock_alert',
    columns: { standing: `tinyint AS (if(state in ('open', 'acknowledged'), 1, null))` },
    keys: { stock_alert_level: '(sku_id, location_id, standing, alert_id)' },
    uniqueKeys: { stock_alert_standing: '(kind, subject, standing)' },
  },
  {
    table: 'stock_import',
    columns: { standing: `tinyint AS (if(state = 'cancelled', null, 1))` },
    keys: {},
    uniqueKeys: { stock_import_file: '(kind, file_hash, is_export, standing)' },
  },
];

/** A virtual column cannot become a stored one: it goes and comes back in one statement, which may run twice. */
function stored({ table, columns, keys, uniqueKeys = {} }: Flag): string {
  const changes = [
    ...Object.keys({ ...keys, ...uniqueKeys }).map((key) => `DROP KEY ${key}`),
    ...Object.keys(columns).map((column) => `DROP COLUMN ${column}`),
    ...Object.entries(columns).map(([column, definition]) => `ADD COLUMN ${column} ${definition} STORED`),
    ...Object.entries(keys).map(([key, parts]) => `ADD KEY ${key} ${parts}`),
    ...Object.entries(uniqueKeys).map(([key, parts]) => `ADD UNIQUE KEY ${key} ${parts}`),
  ];
  return `ALTER TABLE ${table} ${changes.join(', ')}`;
}

export const storedFlags = { name: '0021-stored-flags', steps: flags.map(stored) };
