/** Imports with the parts of their files, the rows that were read from them, and what was wrong. */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const text = 'mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const imports = {
  name: '0017-imports',
  steps: [
    table(`stock_import (
      import_id ${ulid} NOT NULL, kind ${word(16)} NOT NULL, state ${word(16)} NOT NULL, file_hash binary(32) NOT NULL,
      file_name ${name(200)} NULL, is_export tinyint NOT NULL, part_count int NOT NULL, line_count int NOT NULL, row_count int NULL,
      error_count int NOT NULL, applied int NOT NULL, unchanged int NOT NULL, job_id ${ulid} NULL,
      requested_by ${name(64)} NOT NULL, created_at ${instant} NOT NULL, updated_at ${instant} NOT NULL, version bigint NOT NULL,
      standing tinyint AS (if(state = 'cancelled', null, 1)) VIRTUAL,
      PRIMARY KEY (import_id),
      UNIQUE KEY stock_import_file (kind, file_hash, is_export, standing))`),
    table(`stock_import_part (
      import_id ${ulid} NOT NULL, part_no int NOT NULL, csv ${text} NOT NULL, PRIMARY KEY (import_id, part_no))`),
    table(`stock_import_row (
      import_id ${ulid} NOT NULL, row_no int NOT NULL, position ${name(100)} NOT NULL, sku_id ${name(64)} NOT NULL,
      row_key binary(32) NULL, data_json ${text} NOT NULL, outcome int NOT NULL,
      PRIMARY KEY (import_id, row_no),
      KEY stock_import_row_order (import_id, position, row_no),
      KEY stock_import_row_key (import_id, row_key, row_no))`),
    table(`stock_import_error (
      import_id ${ulid} NOT NULL, error_no int NOT NULL, row_no int NOT NULL, column_name ${name(100)} NULL,
      code ${word(16)} NOT NULL, message ${name(500)} NOT NULL, PRIMARY KEY (import_id, error_no))`),
  ],
};
