/** Snapshots with their rows, and alerts: at most one stands per kind and subject. */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const text = 'mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const alertsSnapshots = {
  name: '0013-alerts-snapshots',
  steps: [
    table(`stock_snapshot (
      snapshot_id ${ulid} NOT NULL, kind ${word(16)} NOT NULL, state ${word(16)} NOT NULL, name ${name(100)} NULL, day date NULL,
      at ${instant} NOT NULL, sku_ids ${text} NULL, location_id ${name(64)} NULL,
      level_count bigint NOT NULL, batch_count bigint NOT NULL, requested_by ${name(64)} NOT NULL,
      created_at ${instant} NOT NULL, completed_at ${instant} NULL, version bigint NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (snapshot_id),
      UNIQUE KEY stock_snapshot_day (kind, day),
      KEY stock_snapshot_state (state, snapshot_id))`),
    table(`stock_snapshot_level (
      snapshot_id ${ulid} NOT NULL, sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL,
      on_hand int NOT NULL, reserved int NOT NULL, locked int NOT NULL, deficit int NOT NULL, version bigint NOT NULL,
      PRIMARY KEY (snapshot_id, sku_id, location_id))`),
    table(`stock_snapshot_batch (
      snapshot_id ${ulid} NOT NULL, sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL, batch_id ${ulid} NOT NULL,
      batch_no ${name(110)} NOT NULL, quality_level ${name(32)} NOT NULL,
      on_hand int NOT NULL, reserved int NOT NULL, locked int NOT NULL,
      unit_cost decimal(20,6) NOT NULL, expires_at ${instant} NOT NULL,
      PRIMARY KEY (snapshot_id, sku_id, location_id, batch_id))`),
    table(`stock_alert (
      alert_id ${ulid} NOT NULL, kind ${word(32)} NOT NULL, severity ${word(16)} NOT NULL, state ${word(16)} NOT NULL,
      subject ${name(300)} NOT NULL, sku_id ${name(64)} NULL, location_id ${name(64)} NULL, batch_id ${ulid} NULL,
      reservation_id ${ulid} NULL, value bigint NOT NULL, threshold bigint NULL, message ${name(500)} NOT NULL,
      raised_at ${instant} NOT NULL, changed_at ${instant} NOT NULL, acknowledged_at ${instant} NULL, acknowledged_by ${name(64)} NULL,
      resolved_at ${instant} NULL, resolved_by ${name(64)} NULL, resolve_reason ${name(500)} NULL,
      version bigint NOT NULL, command_id ${ulid} NOT NULL,
      standing tinyint AS (if(state in ('open', 'acknowledged'), 1, null)) VIRTUAL,
      PRIMARY KEY (alert_id),
      UNIQUE KEY stock_alert_standing (kind, subject, standing),
      KEY stock_alert_state (state, kind, alert_id),
      KEY stock_alert_level (sku_id, location_id, standing, alert_id))`),
  ],
};
