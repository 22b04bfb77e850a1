/**
 * What closing a month, telling of costs and other currencies need: which rules a close has run already, how many changes of
 * its cost a SKU has told, what is known to stray from its standard, and rates that are appended and never edited. The table
 * of rates before it took one rate for each day, so that a wrong one could not be put right; nothing ever wrote there.
 */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const table = (definition: string) =>
  `CREATE TABLE IF NOT EXISTS ${definition} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

export const monthEnd = {
  name: '0002-month-end',
  steps: [
    'DROP TABLE IF EXISTS exchange_rate',
    table(`currency_rate (
      currency ${word(3)} NOT NULL, version bigint NOT NULL, valid_from date NOT NULL, rate ${word(24)} NOT NULL,
      reason ${name(500)} NOT NULL, recorded_at ${instant} NOT NULL, recorded_by ${name(100)} NOT NULL, command_id ${ulid} NOT NULL,
      PRIMARY KEY (currency, version), KEY currency_rate_day (currency, valid_from, version))`),
    table(`cost_automatic_run (
      period_id ${ulid} NOT NULL, rule_id ${ulid} NOT NULL, allocation_id ${ulid} NOT NULL,
      PRIMARY KEY (period_id, rule_id))`),
    table(`cost_telling (sku_id ${name(64)} NOT NULL, version bigint NOT NULL, PRIMARY KEY (sku_id))`),
    table(`cost_variance (
      period_id ${ulid} NOT NULL, sku_id ${name(64)} NOT NULL, is_exceeded tinyint NOT NULL, seen_at ${instant} NOT NULL,
      version bigint NOT NULL,
      PRIMARY KEY (period_id, sku_id))`),
  ],
};
