/**
 * The stock core. Hot tables have as few secondary indexes as their lookups allow, no auto-increment, no foreign keys
 * and no defaults; what the database can enforce of the invariants is a CHECK or a unique key.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const text = 'mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const hash = 'binary(32)';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** I1, for levels and batches. */
const balanceChecks = (prefix: string) => `
  CONSTRAINT ${prefix}_on_hand CHECK (on_hand >= 0),
  CONSTRAINT ${prefix}_reserved CHECK (reserved >= 0),
  CONSTRAINT ${prefix}_locked CHECK (locked >= 0),
  CONSTRAINT ${prefix}_free CHECK (reserved + locked <= on_hand)`;

export const stockCore = {
  name: '0001-stock-core',
  steps: [
    table(`sku (
      sku_id ${name(64)} NOT NULL, spu_id ${name(64)} NULL, name ${name(200)} NOT NULL, unit ${name(32)} NOT NULL,
      status ${word(16)} NOT NULL, serial_tracked tinyint NOT NULL, shelf_life_days int NULL, attributes json NULL,
      default_strategy ${name(64)} NULL, version int NOT NULL, created_at ${instant} NOT NULL, updated_at ${instant} NOT NULL,
      PRIMARY KEY (sku_id), KEY sku_spu (spu_id, sku_id))`),
    table(`location (
      location_id ${name(64)} NOT NULL, name ${name(200)} NOT NULL, priority int NOT NULL, is_active tinyint NOT NULL,
      version int NOT NULL, created_at ${instant} NOT NULL, updated_at ${instant} NOT NULL, PRIMARY KEY (location_id))`),
    table(`stock_level (
      sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL,
      on_hand int NOT NULL, reserved int NOT NULL, locked int NOT NULL, deficit int NOT NULL,
      version bigint NOT NULL, on_hand_version bigint NOT NULL, head_hash ${hash} NOT NULL, recorded_at ${instant} NULL,
      warning_threshold int NULL, critical_threshold int NULL, high_threshold int NULL, is_active tinyint NOT NULL,
      settings_version int NOT NULL,
      PRIMARY KEY (sku_id, location_id), ${balanceChecks('stock_level')},
      CONSTRAINT stock_level_deficit CHECK (deficit >= 0),
      CONSTRAINT stock_level_thresholds CHECK (critical_threshold <= warning_threshold))`),
    table(`stock_batch (
      batch_id ${ulid} NOT NULL, sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL, batch_no ${name(110)} NOT NULL,
      quality_level ${name(32)} NOT NULL, status ${word(16)} NOT NULL,
      on_hand int NOT NULL, reserved int NOT NULL, locked int NOT NULL, unit_cost decimal(20,6) NOT NULL,
      produced_on date NULL, expires_at ${instant} NOT NULL, received_at ${instant} NOT NULL, attributes json NULL,
      version bigint NOT NULL,
      open tinyint AS (if(status = 'available' and on_hand > reserved + locked, 1, 0)) VIRTUAL,
      PRIMARY KEY (batch_id),
      UNIQUE KEY stock_batch_no (sku_id, batch_no, location_id),
      KEY stock_batch_received (sku_id, location_id, open, received_at, batch_id),
      KEY stock_batch_expiry (sku_id, location_id, open, expires_at, received_at, batch_id),
      ${balanceChecks('stock_batch')})`),
    table(`reservation (
      reservation_id ${ulid} NOT NULL, sku_id ${name(64)} NOT NULL, type ${word(16)} NOT NULL, business_id ${name(100)} NOT NULL,
      line_id ${name(64)} NOT NULL, state ${word(16)} NOT NULL, quantity int NOT NULL, fulfilled int NOT NULL,
      expires_at ${instant} NULL, content_hash ${hash} NOT NULL, origin_type ${word(16)} NULL, origin_business_id ${name(100)} NULL,
      created_at ${instant} NOT NULL, ended_at ${instant} NULL, reason ${name(500)} NULL, version bigint NOT NULL,
      command_id ${ulid} NOT NULL,
      held tinyint AS (if(state in ('active', 'confirmed'), 1, null)) VIRTUAL,
      PRIMARY KEY (reservation_id),
      UNIQUE KEY reservation_held (business_id, type, sku_id, line_id, held),
      KEY reservation_due (state, expires_at, reservation_id),
      KEY reservation_sku (sku_id, reservation_id),
      CONSTRAINT reservation_quantity CHECK (quantity > 0 AND fulfilled >= 0 AND fulfilled <= quantity))`),
    table(`reservation_line (
      reservation_id ${ulid} NOT NULL, line_no int NOT NULL, sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL,
      batch_id ${ulid} NOT NULL, quantity int NOT NULL, held int NOT NULL, due_at ${instant} NULL,
      PRIMARY KEY (reservation_id, line_no),
      KEY reservation_line_level (sku_id, location_id, due_at, reservation_id),
      CONSTRAINT reservation_line_held CHECK (held >= 0 AND held <= quantity))`),
    table(`stock_movement (
      sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL, version bigint NOT NULL, batch_id ${ulid} NULL,
      kind ${word(16)} NOT NULL, on_hand_delta int NOT NULL, reserved_delta int NOT NULL, locked_delta int NOT NULL,
      deficit_delta int NOT NULL, on_hand int NOT NULL, reserved int NOT NULL, locked int NOT NULL, deficit int NOT NULL,
      command_id ${ulid} NOT NULL, reservation_id ${ulid} NULL, document_id ${ulid} NULL, reason ${name(500)} NULL,
      occurred_at ${instant} NOT NULL, recorded_at ${instant} NOT NULL, hash ${hash} NOT NULL,
      PRIMARY KEY (sku_id, location_id, version),
      KEY stock_movement_command (command_id),
      CONSTRAINT stock_movement_cause CHECK (on_hand_delta >= 0 OR reservation_id IS NOT NULL OR document_id IS NOT NULL))`),
    table(`stock_document (
      document_id ${ulid} NOT NULL, type ${word(24)} NOT NULL, document_no ${name(100)} NOT NULL, order_no ${name(100)} NULL,
      supplier ${name(100)} NULL, operator ${name(100)} NULL, reason ${name(500)} NULL, line_count int NOT NULL,
      content_hash ${hash} NOT NULL, occurred_at ${instant} NOT NULL, recorded_at ${instant} NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (document_id), UNIQUE KEY stock_document_no (type, document_no),
      KEY stock_document_order (order_no, document_id))`),
    table(`stock_document_line (
      document_id ${ulid} NOT NULL, line_no int NOT NULL, request_line int NOT NULL, sku_id ${name(64)} NOT NULL,
      location_id ${name(64)} NOT NULL, batch_id ${ulid} NOT NULL, batch_no ${name(110)} NOT NULL, quantity int NOT NULL,
      unit_cost decimal(20,6) NOT NULL, reservation_id ${ulid} NULL,
      PRIMARY KEY (document_id, line_no), CONSTRAINT stock_document_line_quantity CHECK (quantity > 0))`),
    table(`command (
      command_id ${ulid} NOT NULL, procedure_name ${word(64)} NOT NULL, actor ${name(64)} NOT NULL, address ${name(64)} NULL,
      agent ${name(255)} NULL, request_id ${name(64)} NOT NULL, idempotency_key ${name(255)} NULL, request_hash ${hash} NOT NULL,
      request ${text} NOT NULL, outcome ${word(16)} NOT NULL, answer ${text} NULL, before_json ${text} NULL, after_json ${text} NULL,
      recorded_at ${instant} NOT NULL,
      PRIMARY KEY (command_id), UNIQUE KEY command_key (actor, idempotency_key))`),
    table(`outbox (
      outbox_id ${ulid} NOT NULL, facts ${text} NOT NULL, created_at ${instant} NOT NULL, PRIMARY KEY (outbox_id))`),
    table(`outbox_cursor (
      aggregate ${name(160)} NOT NULL, version bigint NOT NULL, PRIMARY KEY (aggregate))`),
    table(`lease (
      name ${word(64)} NOT NULL, holder ${name(100)} NOT NULL, expires_at ${instant} NOT NULL, PRIMARY KEY (name))`),
    `INSERT INTO location (location_id, name, priority, is_active, version, created_at, updated_at)
     VALUES ('default', 'Default location', 100, 1, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
     ON DUPLICATE KEY UPDATE location_id = location_id`,
  ],
};
