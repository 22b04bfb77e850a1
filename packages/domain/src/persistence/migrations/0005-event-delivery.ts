/** Webhooks, and what each subscriber to events has still to get. Secrets are sealed before they come here. */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const text = 'mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const instant = 'datetime(6)';
const table = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin';

export const eventDelivery = {
  name: '0005-event-delivery',
  steps: [
    `CREATE TABLE IF NOT EXISTS webhook (
      webhook_id ${ulid} NOT NULL, url ${name(2000)} NOT NULL, types_json ${text} NULL, description ${name(500)} NULL,
      is_active tinyint NOT NULL, disabled_reason ${name(500)} NULL,
      secret_sealed ${name(1000)} NOT NULL, secret_version bigint NOT NULL,
      previous_sealed ${name(1000)} NULL, previous_version bigint NULL, previous_until ${instant} NULL,
      created_by ${name(64)} NOT NULL, created_at ${instant} NOT NULL, updated_at ${instant} NOT NULL, version bigint NOT NULL,
      PRIMARY KEY (webhook_id)) ${table}`,
    `CREATE TABLE IF NOT EXISTS event_subscriber (
      subscriber ${name(100)} NOT NULL, delivered bigint NOT NULL, failed bigint NOT NULL,
      last_success_at ${instant} NULL, last_failure_at ${instant} NULL, last_error ${name(500)} NULL, last_status int NULL,
      failing_since ${instant} NULL, holder ${name(100)} NULL, lease_until ${instant} NULL,
      PRIMARY KEY (subscriber)) ${table}`,
    `CREATE TABLE IF NOT EXISTS event_delivery (
      subscriber ${name(100)} NOT NULL, event_id ${name(255)} NOT NULL, position ${ulid} NOT NULL,
      aggregate ${name(160)} NOT NULL, to_version bigint NOT NULL, event_type ${word(64)} NOT NULL, event_json ${text} NOT NULL,
      state ${word(16)} NOT NULL, attempts int NOT NULL, next_attempt_at ${instant} NULL,
      last_error ${name(500)} NULL, last_status int NULL, created_at ${instant} NOT NULL,
      PRIMARY KEY (subscriber, event_id),
      KEY event_delivery_due (subscriber, state, next_attempt_at),
      KEY event_delivery_lane (subscriber, aggregate, state, to_version),
      KEY event_delivery_position (subscriber, position)) ${table}`,
  ],
};
