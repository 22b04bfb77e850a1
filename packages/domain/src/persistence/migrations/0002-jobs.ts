/** Jobs. The unique key over the generated column keeps at most one job of a kind queued or running. */
const name = (length: number) => `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const word = (length: number) => `varchar(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
const ulid = 'char(26) CHARACTER SET ascii COLLATE ascii_bin';
const instant = 'datetime(6)';
const text = 'mediumtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin';

export const jobs = {
  name: '0002-jobs',
  steps: [
    `CREATE TABLE IF NOT EXISTS job (
      job_id ${ulid} NOT NULL, kind ${word(32)} NOT NULL, state ${word(16)} NOT NULL, is_cancel_requested tinyint NOT NULL,
      input_json ${text} NOT NULL, done bigint NOT NULL, total bigint NULL, row_count bigint NOT NULL,
      error_json ${text} NULL, report_json ${text} NULL, cursor_json ${text} NULL, attempts int NOT NULL,
      holder ${name(100)} NULL, lease_until ${instant} NULL, requested_by ${name(64)} NOT NULL, command_id ${ulid} NOT NULL,
      requested_at ${instant} NOT NULL, started_at ${instant} NULL, progress_at ${instant} NULL, ended_at ${instant} NULL,
      version bigint NOT NULL,
      open tinyint AS (if(state in ('queued', 'running'), 1, null)) VIRTUAL,
      PRIMARY KEY (job_id), UNIQUE KEY job_open (kind, open),
      CONSTRAINT job_progress CHECK (done >= 0 AND row_count >= 0))
      ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  ],
};
