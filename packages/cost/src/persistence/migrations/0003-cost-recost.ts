/** Where a back-dated event leaves what is still to be corrected after it, when that is too much for one transaction. */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';

export const costRecost = {
  name: '0003-cost-recost',
  steps: [
    `CREATE TABLE IF NOT EXISTS cost_recost (
      sku_id ${name(64)} NOT NULL, earliest_at datetime(6) NOT NULL, cause_id ${ulid} NOT NULL, document_id ${ulid} NULL,
      reason ${name(500)} NULL, command_id ${ulid} NOT NULL, moves mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      corrections bigint NOT NULL, carried decimal(30,6) NOT NULL, version bigint NOT NULL,
      PRIMARY KEY (sku_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  ],
};
