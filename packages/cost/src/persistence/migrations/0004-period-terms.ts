/** What the reports of a closed period go by, as it was configured when it was closed. */
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';

export const periodTerms = {
  name: '0004-period-terms',
  steps: [
    `CREATE TABLE IF NOT EXISTS cost_period_terms (
      period_id ${ulid} NOT NULL, accounts json NOT NULL, policy json NOT NULL, variance_threshold_millionths bigint NOT NULL,
      PRIMARY KEY (period_id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  ],
};
