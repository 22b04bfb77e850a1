/** Signed checkpoints of commands and ledger, only ever appended to. */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const hash = 'binary(32)';
const text = 'mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const checkpoints = {
  name: '0026-checkpoints',
  isExpansion: true as const,
  steps: [
    table(`checkpoint (
      checkpoint_no bigint NOT NULL, kind ${word(16)} NOT NULL, statement ${text} NOT NULL, key_id ${word(32)} NOT NULL,
      signature ${word(100)} NOT NULL, commands ${text} NOT NULL,
      PRIMARY KEY (checkpoint_no),
      KEY checkpoint_kind (kind, checkpoint_no))`),
    table(`checkpoint_level (
      sku_id ${name(64)} NOT NULL, location_id ${name(64)} NOT NULL, to_version bigint NOT NULL, from_version bigint NOT NULL,
      checkpoint_no bigint NOT NULL, previous_hash ${hash} NOT NULL, hash ${hash} NOT NULL, hashes ${text} NOT NULL,
      PRIMARY KEY (sku_id, location_id, to_version),
      KEY checkpoint_level_no (checkpoint_no))`),
  ],
};
