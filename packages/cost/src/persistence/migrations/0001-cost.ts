/**
 * The tables of costing. Records lie together by SKU and number, events by SKU and time, which is how they are read again;
 * of further indexes the records have two, since every movement writes there.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const value = 'decimal(30,6)';
const text = 'mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const cost = {
  name: '0001-cost',
  steps: [
    table(`cost_state (
      sku_id ${name(64)} NOT NULL, strategy ${name(64)} NOT NULL, quantity bigint NOT NULL, value ${value} NOT NULL,
      owed_quantity bigint NOT NULL, owed_value ${value} NOT NULL, latest_value ${value} NULL, latest_quantity bigint NULL,
      standard_value ${value} NULL, standard_quantity bigint NULL, record_count bigint NOT NULL, last_at ${instant} NULL,
      version bigint NOT NULL,
      PRIMARY KEY (sku_id),
      CONSTRAINT cost_state_held CHECK (quantity >= 0 AND value >= 0 AND (quantity > 0 OR value = 0)))`),
    table(`cost_layer (
      sku_id ${name(64)} NOT NULL, layer_id ${ulid} NOT NULL, receipt_id ${word(64)} NOT NULL, received_at ${instant} NOT NULL,
      quantity bigint NOT NULL, remaining bigint NOT NULL, value ${value} NOT NULL, lot ${name(110)} NULL, expires_at ${instant} NULL,
      PRIMARY KEY (sku_id, layer_id),
      CONSTRAINT cost_layer_remaining CHECK (remaining > 0 AND remaining <= quantity AND value >= 0))`),
    table(`cost_deficit (
      sku_id ${name(64)} NOT NULL, place int NOT NULL, issue_id ${word(64)} NOT NULL, account ${word(24)} NOT NULL,
      quantity bigint NOT NULL, value ${value} NOT NULL,
      PRIMARY KEY (sku_id, place), CONSTRAINT cost_deficit_owed CHECK (quantity > 0 AND value >= 0))`),
    table(`cost_flow (
      sku_id ${name(64)} NOT NULL, flow_id ${word(64)} NOT NULL, quantity bigint NOT NULL, value ${value} NOT NULL,
      closed_quantity bigint NULL, closed_value ${value} NULL,
      PRIMARY KEY (sku_id, flow_id))`),
    table(`cost_event (
      sku_id ${name(64)} NOT NULL, happened_at ${instant} NOT NULL, event_id ${ulid} NOT NULL, type ${word(16)} NOT NULL, body ${text} NOT NULL,
      PRIMARY KEY (sku_id, happened_at, event_id))`),
    table(`cost_record (
      sku_id ${name(64)} NOT NULL, record_no bigint NOT NULL, kind ${word(24)} NOT NULL, account ${word(24)} NOT NULL,
      quantity bigint NOT NULL, value ${value} NOT NULL, event_id ${ulid} NOT NULL, subject_id ${word(64)} NOT NULL,
      corrects_id ${ulid} NULL, strategy ${name(64)} NOT NULL, period_id ${ulid} NOT NULL, happened_at ${instant} NOT NULL,
      location_id ${name(64)} NULL, level_version bigint NULL, batch_id ${ulid} NULL, document_id ${ulid} NULL,
      reservation_id ${ulid} NULL, command_id ${ulid} NOT NULL, reason ${name(500)} NULL,
      PRIMARY KEY (sku_id, record_no),
      KEY cost_record_period (period_id, sku_id),
      KEY cost_record_document (document_id))`),
    table(`cost_period (
      period_id ${ulid} NOT NULL, name ${name(100)} NOT NULL, starts_on date NOT NULL, ends_on date NOT NULL, state ${word(16)} NOT NULL,
      frozen_at ${instant} NULL, frozen_by ${name(100)} NULL, unfreeze_reason ${name(500)} NULL, closed_at ${instant} NULL,
      closed_by ${name(100)} NULL, created_at ${instant} NOT NULL, version bigint NOT NULL,
      PRIMARY KEY (period_id), UNIQUE KEY cost_period_name (name), UNIQUE KEY cost_period_start (starts_on),
      CONSTRAINT cost_period_days CHECK (ends_on >= starts_on))`),
    table(`cost_snapshot (
      period_id ${ulid} NOT NULL, sku_id ${name(64)} NOT NULL, strategy ${name(64)} NOT NULL,
      opening_quantity bigint NOT NULL, opening_value ${value} NOT NULL, inbound_quantity bigint NOT NULL, inbound_value ${value} NOT NULL,
      outbound_quantity bigint NOT NULL, outbound_value ${value} NOT NULL, allocated_value ${value} NOT NULL,
      closing_quantity bigint NOT NULL, closing_value ${value} NOT NULL, average_cost ${value} NULL, state ${text} NULL,
      PRIMARY KEY (period_id, sku_id), KEY cost_snapshot_sku (sku_id, period_id))`),
    table('cost_guard (slot int NOT NULL, PRIMARY KEY (slot))'),
    table(`cost_rule (
      rule_id ${ulid} NOT NULL, name ${name(100)} NOT NULL, source ${word(16)} NOT NULL, method ${word(16)} NOT NULL,
      targets json NOT NULL, amount ${value} NULL, is_automatic tinyint NOT NULL, created_at ${instant} NOT NULL, version bigint NOT NULL,
      PRIMARY KEY (rule_id), UNIQUE KEY cost_rule_name (name))`),
    table(`cost_allocation (
      allocation_id ${ulid} NOT NULL, name ${name(100)} NOT NULL, rule_id ${ulid} NULL, source ${word(16)} NOT NULL, method ${word(16)} NOT NULL,
      amount ${value} NOT NULL, allocated_on date NOT NULL, period_id ${ulid} NOT NULL, targets json NOT NULL,
      created_at ${instant} NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (allocation_id), KEY cost_allocation_period (period_id, allocation_id))`),
    table(`exchange_rate (
      currency ${word(3)} NOT NULL, valid_from date NOT NULL, rate ${word(24)} NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (currency, valid_from))`),
    table(`standard_cost (
      sku_id ${name(64)} NOT NULL, event_id ${ulid} NOT NULL, happened_at ${instant} NOT NULL, cost ${value} NOT NULL, per bigint NOT NULL,
      reason ${name(500)} NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (sku_id, event_id))`),
  ],
};
