/** Pure: whether a server with these facts may keep stock. What could make truth wrong refuses, what only risks something warns. */
import { SQL_MODES } from './database-session.ts';
import type { ServerFacts } from './server-facts.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was found; where it is not good, also what to do. */
  readonly detail: string;
  /** A warning is shown and does not stop anybody. */
  readonly warning?: true;
}

const MAX_SKEW_MS = 2_000;
const MIB = 1024 * 1024;
/** A body of the largest size that is taken, written with its ledger in one packet, needs this at least. */
const LEAST_PACKET_BYTES = 4 * MIB;
/** Below this, the largest documents of many lines may be refused by the server. */
const GOOD_PACKET_BYTES = 16 * MIB;

type Judge = (facts: ServerFacts) => Check;

const JUDGES: readonly Judge[] = [
  ({ schema }) => ({ name: 'schema', ok: schema.status === 'current', detail: schema.detail }),
  sqlMode,
  (facts) => equal('time zone', valueOf(facts, 'time_zone'), '+00:00'),
  (facts) =>
    equal('isolation', valueOf(facts, 'transaction_isolation') || valueOf(facts, 'tx_isolation'), 'READ-COMMITTED'),
  (facts) => equal('text comparison', valueOf(facts, 'collation_connection'), 'utf8mb4_bin'),
  (facts) => equal('autocommit', valueOf(facts, 'autocommit'), 'ON'),
  constraints,
  binaryLog,
  packet,
  durability,
  readOnly,
  clock,
];

export function judgeServer(facts: ServerFacts): readonly Check[] {
  return JUDGES.map((judge) => judge(facts));
}

/** Whether somebody may be served: everything is right but for what only warns. */
export function isFit(checks: readonly Check[]): boolean {
  return checks.every((check) => check.ok || check.warning === true);
}

const valueOf = ({ variables }: ServerFacts, name: string) => variables.get(name) ?? '';

function equal(name: string, found: string, wanted: string): Check {
  return { name, ok: found === wanted, detail: found === wanted ? found : `is ${found}, must be ${wanted}` };
}

function warning(name: string, problems: readonly string[], good: string): Check {
  const ok = problems.length === 0;
  return { name, ok, warning: true, detail: ok ? good : `warning: ${problems.join('; ')}` };
}

function sqlMode(facts: ServerFacts): Check {
  const missing = SQL_MODES.filter((mode) => !valueOf(facts, 'sql_mode').split(',').includes(mode));
  return {
    name: 'sql mode',
    ok: missing.length === 0,
    detail: missing.length === 0 ? 'strict' : `lacks ${missing.join(', ')}`,
  };
}

/** The second wall behind every guard: a row that breaks a rule must be refused by the server itself. */
function constraints(facts: ServerFacts): Check {
  const off = ['check_constraint_checks', 'foreign_key_checks', 'unique_checks'].filter(
    (name) => valueOf(facts, name) === 'OFF',
  );
  const problems = [
    ...off.map((name) => `${name} is OFF: SET GLOBAL ${name} = ON`),
    ...facts.uncheckedTables.map(
      (table) => `a CHECK of ${table} is NOT ENFORCED: ALTER TABLE ${table} ALTER CHECK … ENFORCED`,
    ),
  ];
  return { name: 'constraints', ok: problems.length === 0, detail: problems.join('; ') || 'enforced' };
}

function binaryLog(facts: ServerFacts): Check {
  const byStatement = valueOf(facts, 'log_bin') === 'ON' && valueOf(facts, 'binlog_format') === 'STATEMENT';
  const detail = 'binlog_format is STATEMENT, which cannot log what we write: set ROW or MIXED';
  return { name: 'binary log', ok: !byStatement, detail: byStatement ? detail : 'fits' };
}

function packet(facts: ServerFacts): Check {
  const bytes = Number(valueOf(facts, 'max_allowed_packet'));
  const found = `max_allowed_packet is ${bytes} bytes`;
  if (bytes < LEAST_PACKET_BYTES)
    return { name: 'packet', ok: false, detail: `${found}: SET GLOBAL max_allowed_packet = ${GOOD_PACKET_BYTES}` };
  return warning('packet', bytes < GOOD_PACKET_BYTES ? [`${found}; ${GOOD_PACKET_BYTES} is better`] : [], found);
}

function durability(facts: ServerFacts): Check {
  const flush = valueOf(facts, 'innodb_flush_log_at_trx_commit');
  const sync = valueOf(facts, 'sync_binlog');
  const problems = [
    ...(flush === '1' ? [] : [`innodb_flush_log_at_trx_commit is ${flush}; a power cut may lose the last commits`]),
    ...(valueOf(facts, 'log_bin') !== 'ON' || sync === '1'
      ? []
      : [
          `sync_binlog is ${sync}; a power cut may lose the last commits from the binary log, and from replicas with it`,
        ]),
    ...(valueOf(facts, 'innodb_doublewrite') === 'OFF'
      ? ['innodb_doublewrite is OFF; a power cut may tear pages']
      : []),
  ];
  return warning('durability', problems, 'every commit is flushed');
}

/** Only a warning: it passes with the failover that brought it, and reads are answered meanwhile. */
function readOnly(facts: ServerFacts): Check {
  const isReadOnly = valueOf(facts, 'read_only') === 'ON';
  const problem = 'the server is read-only, so nothing can be sold: is DATABASE_URL that of a replica?';
  return warning('writes', isReadOnly ? [problem] : [], 'accepted');
}

function clock({ skewMs }: ServerFacts): Check {
  const found = `the database's clock differs by ${skewMs} ms from this machine's`;
  return warning('clock', Math.abs(skewMs) < MAX_SKEW_MS ? [] : [`${found}: keep both by NTP`], found);
}
