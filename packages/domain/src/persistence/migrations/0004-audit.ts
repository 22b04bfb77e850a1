/**
 * The audit by index: commands by who, by when and by how they ended, and a narrow relation from SKUs to the commands that
 * touched or named them. What stood before is brought in from the ledger, and from the inputs that name a SKU.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const audit = {
  name: '0004-audit',
  steps: [
    `ALTER TABLE command ADD KEY command_actor (actor, recorded_at, command_id)`,
    `ALTER TABLE command ADD KEY command_time (recorded_at, command_id)`,
    `ALTER TABLE command ADD KEY command_outcome (outcome, recorded_at, command_id)`,
    table(`command_sku (
      command_id ${ulid} NOT NULL, sku_id ${name(64)} NOT NULL, recorded_at ${instant} NOT NULL,
      PRIMARY KEY (command_id, sku_id), KEY command_sku_time (sku_id, recorded_at, command_id))`),
    table(`retention (
      name ${word(32)} NOT NULL, before_at ${instant} NOT NULL, after_id ${ulid} NOT NULL, PRIMARY KEY (name))`),
    `INSERT INTO command_sku (command_id, sku_id, recorded_at)
     SELECT DISTINCT c.command_id, m.sku_id, c.recorded_at FROM stock_movement AS m JOIN command AS c ON c.command_id = m.command_id
     ON DUPLICATE KEY UPDATE sku_id = command_sku.sku_id`,
    `INSERT INTO command_sku (command_id, sku_id, recorded_at)
     SELECT c.command_id, JSON_UNQUOTE(JSON_EXTRACT(c.request, '$.skuId')), c.recorded_at FROM command AS c
     WHERE JSON_TYPE(JSON_EXTRACT(c.request, '$.skuId')) = 'STRING'
     ON DUPLICATE KEY UPDATE sku_id = command_sku.sku_id`,
  ],
};
