/**
 * Transfers, with what was shipped batch by batch, and expected receipts. Of a transfer that is on its way the expected
 * receipt has the transfer's id, so that one index answers what of a SKU is coming, from wherever.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const transfers = {
  name: '0010-transfers',
  steps: [
    table(`stock_transfer (
      transfer_id ${ulid} NOT NULL, transfer_no ${name(90)} NOT NULL, from_location_id ${name(64)} NOT NULL,
      to_location_id ${name(64)} NOT NULL, state ${word(16)} NOT NULL, line_count int NOT NULL, expected_at ${instant} NULL,
      operator ${name(100)} NULL, reason ${name(500)} NULL, content_hash binary(32) NOT NULL, document_id ${ulid} NULL,
      created_at ${instant} NOT NULL, shipped_at ${instant} NULL, ended_at ${instant} NULL, end_reason ${name(500)} NULL,
      version bigint NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (transfer_id),
      UNIQUE KEY stock_transfer_no (transfer_no),
      KEY stock_transfer_state (state, transfer_id))`),
    table(`stock_transfer_line (
      transfer_id ${ulid} NOT NULL, line_no int NOT NULL, sku_id ${name(64)} NOT NULL, quantity int NOT NULL,
      batch_id ${ulid} NULL, strategy ${name(64)} NULL, quality_level ${name(32)} NULL,
      PRIMARY KEY (transfer_id, line_no),
      KEY stock_transfer_line_sku (sku_id, transfer_id))`),
    table(`stock_transfer_part (
      transfer_id ${ulid} NOT NULL, part_no int NOT NULL, line_no int NOT NULL, sku_id ${name(64)} NOT NULL,
      batch_id ${ulid} NOT NULL, batch_no ${name(110)} NOT NULL, unit_cost decimal(20,6) NOT NULL, shipped int NOT NULL,
      received int NOT NULL, in_transit int NOT NULL, written_off int NOT NULL, returned int NOT NULL,
      PRIMARY KEY (transfer_id, part_no),
      KEY stock_transfer_part_sku (sku_id, transfer_id),
      KEY stock_transfer_part_batch (batch_id, transfer_id),
      CONSTRAINT stock_transfer_part_sign CHECK (shipped > 0 AND received >= 0 AND in_transit >= 0 AND written_off >= 0 AND returned >= 0),
      CONSTRAINT stock_transfer_part_sum CHECK (shipped = received + in_transit + written_off + returned))`),
    table(`stock_in_transit (
      in_transit_id ${ulid} NOT NULL, source ${word(16)} NOT NULL, reference ${name(100)} NOT NULL, supplier ${name(100)} NULL,
      status ${word(16)} NOT NULL, expected_at ${instant} NULL, content_hash binary(32) NOT NULL, created_at ${instant} NOT NULL,
      end_reason ${name(500)} NULL, version bigint NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (in_transit_id),
      UNIQUE KEY stock_in_transit_reference (source, reference),
      KEY stock_in_transit_status (status, in_transit_id))`),
    table(`stock_in_transit_line (
      in_transit_id ${ulid} NOT NULL, line_no int NOT NULL, sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL,
      quantity int NOT NULL, received int NOT NULL, outstanding int NOT NULL, expected_at ${instant} NULL,
      is_open tinyint AS (if(outstanding > 0, 1, 0)) VIRTUAL,
      PRIMARY KEY (in_transit_id, line_no),
      KEY stock_in_transit_line_sku (sku_id, is_open, expected_at, in_transit_id),
      CONSTRAINT stock_in_transit_line_sum CHECK (received >= 0 AND outstanding >= 0 AND received + outstanding <= quantity))`),
  ],
};
