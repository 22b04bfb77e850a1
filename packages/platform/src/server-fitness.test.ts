import { describe, expect, it } from 'vitest';
import { SQL_MODES } from './database-session.ts';
import type { ServerFacts } from './server-facts.ts';
import { isFit, judgeServer } from './server-fitness.ts';

const GOOD: Readonly<Record<string, string>> = {
  autocommit: 'ON',
  binlog_format: 'ROW',
  check_constraint_checks: 'ON',
  collation_connection: 'utf8mb4_bin',
  foreign_key_checks: 'ON',
  innodb_doublewrite: 'ON',
  innodb_flush_log_at_trx_commit: '1',
  log_bin: 'ON',
  max_allowed_packet: String(16 * 1024 * 1024),
  read_only: 'OFF',
  sql_mode: SQL_MODES.join(','),
  sync_binlog: '1',
  time_zone: '+00:00',
  transaction_isolation: 'READ-COMMITTED',
  unique_checks: 'ON',
};

function judged(changed: Partial<ServerFacts> & { readonly set?: Readonly<Record<string, string>> }) {
  const facts: ServerFacts = {
    variables: new Map(Object.entries({ ...GOOD, ...changed.set })),
    schema: { status: 'current', detail: 'all', pending: [] },
    uncheckedTables: [],
    now: '2026-01-01T00:00:00.000000Z' as ServerFacts['now'],
    skewMs: 0,
    ...changed,
  };
  const checks = judgeServer(facts);
  return { wrong: checks.filter((check) => !check.ok), fit: isFit(checks) };
}

it('a server that is set right gives no cause for complaint', () => {
  expect(judged({})).toEqual({ wrong: [], fit: true });
});

describe('refused is', () => {
  it.each([
    {
      what: 'a lax SQL mode',
      changed: { set: { sql_mode: 'STRICT_TRANS_TABLES' } },
      name: 'sql mode',
      detail: 'lacks NO_ZERO_DATE',
    },
    { what: 'local time', changed: { set: { time_zone: 'SYSTEM' } }, name: 'time zone', detail: 'must be +00:00' },
    {
      what: 'another isolation',
      changed: { set: { transaction_isolation: 'SERIALIZABLE' } },
      name: 'isolation',
      detail: 'READ-COMMITTED',
    },
    {
      what: 'another comparison',
      changed: { set: { collation_connection: 'latin1_bin' } },
      name: 'text comparison',
      detail: 'utf8mb4_bin',
    },
    {
      what: 'work without autocommit',
      changed: { set: { autocommit: 'OFF' } },
      name: 'autocommit',
      detail: 'must be ON',
    },
    {
      what: 'a log of statements',
      changed: { set: { binlog_format: 'STATEMENT' } },
      name: 'binary log',
      detail: 'set ROW or MIXED',
    },
    {
      what: 'CHECKs switched off',
      changed: { set: { check_constraint_checks: 'OFF' } },
      name: 'constraints',
      detail: 'SET GLOBAL check_constraint',
    },
    {
      what: 'unique keys taken lightly',
      changed: { set: { unique_checks: 'OFF' } },
      name: 'constraints',
      detail: 'unique_checks is OFF',
    },
    {
      what: 'a CHECK that is only kept',
      changed: { uncheckedTables: ['stock_level'] },
      name: 'constraints',
      detail: 'a CHECK of stock_level',
    },
    {
      what: 'a small packet',
      changed: { set: { max_allowed_packet: '1048576' } },
      name: 'packet',
      detail: 'SET GLOBAL max_allowed_packet',
    },
    {
      what: 'another schema',
      changed: { schema: { status: 'behind', detail: '0002', pending: ['0002'] } },
      name: 'schema',
      detail: '0002',
    },
  ] as const)('$what', ({ changed, name, detail }) => {
    const { wrong, fit } = judged(changed);
    expect(wrong).toEqual([expect.objectContaining({ name, detail: expect.stringContaining(detail) })]);
    expect(fit).toBe(false);
  });
});

describe('warned of is', () => {
  it.each([
    {
      what: 'a commit that is not flushed',
      changed: { set: { innodb_flush_log_at_trx_commit: '2' } },
      name: 'durability',
      detail: 'trx_commit is 2',
    },
    {
      what: 'a binary log that is not',
      changed: { set: { sync_binlog: '0' } },
      name: 'durability',
      detail: 'sync_binlog is 0',
    },
    {
      what: 'pages that may tear',
      changed: { set: { innodb_doublewrite: 'OFF' } },
      name: 'durability',
      detail: 'innodb_doublewrite is OFF',
    },
    {
      what: 'a packet that may not do',
      changed: { set: { max_allowed_packet: '8388608' } },
      name: 'packet',
      detail: '8388608',
    },
    {
      what: 'a server that only reads',
      changed: { set: { read_only: 'ON' } },
      name: 'writes',
      detail: 'is DATABASE_URL that of a replica?',
    },
    { what: 'a clock ahead', changed: { skewMs: 2_000 }, name: 'clock', detail: 'differs by 2000 ms' },
    { what: 'a clock behind', changed: { skewMs: -2_000 }, name: 'clock', detail: 'differs by -2000 ms' },
  ] as const)('$what', ({ changed, name, detail }) => {
    const { wrong, fit } = judged(changed);
    expect(wrong).toEqual([expect.objectContaining({ name, detail: expect.stringMatching(/^warning: /) })]);
    expect(wrong[0]?.detail).toContain(detail);
    expect(fit).toBe(true);
  });

  it('not how a binary log is kept where there is none', () => {
    expect(judged({ set: { log_bin: 'OFF', sync_binlog: '0', binlog_format: 'STATEMENT' } }).wrong).toEqual([]);
  });
});
