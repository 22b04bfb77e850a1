/** Tokens. Of a secret only its SHA-256 is kept. */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const instant = 'datetime(6)';

export const access = {
  name: '0003-access',
  steps: [
    `CREATE TABLE IF NOT EXISTS token (
      token_id char(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, name ${name(100)} NOT NULL, role ${word(32)} NOT NULL,
      location_ids_json mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL, secret_hash binary(32) NOT NULL,
      expires_at ${instant} NULL, revoked_at ${instant} NULL, created_by ${name(64)} NOT NULL, created_at ${instant} NOT NULL,
      version bigint NOT NULL,
      PRIMARY KEY (token_id))
      ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  ],
};
