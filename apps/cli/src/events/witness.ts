/**
 * What must have been told, as the database saw it: a trigger keeps every row of the outbox, in the transaction that wrote it,
 * and the ledger and the other tables say how far each aggregate must have come.
 */
import type { Fact } from '@granary/domain/entities/outbox';
import { aggregateId } from '@granary/domain/rules/succession';
import type { Granary } from '@granary/platform/granary';

export interface Expected {
  readonly id: string;
  readonly aggregate: string;
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

export interface Truth {
  /** Along each aggregate in the order of versions. */
  readonly events: readonly Expected[];
  readonly movements: number;
  readonly levels: number;
  /** Where the outbox itself says something else than the tables. */
  readonly problems: readonly string[];
}

export async function placeWitness(database: Granary['dataSource']): Promise<void> {
  await database.query('CREATE TABLE outbox_witness (outbox_id CHAR(26) PRIMARY KEY, facts LONGTEXT NOT NULL)');
  await database.query(
    'CREATE TRIGGER outbox_seen AFTER INSERT ON outbox FOR EACH ROW INSERT INTO outbox_witness VALUES (NEW.outbox_id, NEW.facts)',
  );
}

/** Where the versions of an aggregate are kept, beside what the outbox says. */
const VERSIONS = [
  `SELECT CONCAT('level:', sku_id, '/', location_id) AS aggregate, MAX(version) AS version FROM stock_movement GROUP BY sku_id, location_id`,
  `SELECT CONCAT('reservation:', reservation_id) AS aggregate, version FROM reservation`,
  `SELECT CONCAT('sku:', sku_id) AS aggregate, version FROM sku`,
] as const;

export async function readTruth(database: Granary['dataSource']): Promise<Truth> {
  const rows = await database.query<{ facts: string }[]>('SELECT facts FROM outbox_witness');
  const events = rows.flatMap(({ facts }) => (JSON.parse(facts) as Fact[]).map(expected)).toSorted(byVersion);
  const ends = new Map<string, number>();
  const problems: string[] = [];
  for (const { aggregate, from, to } of events) {
    const end = ends.get(aggregate) ?? 0;
    if (end !== from) problems.push(`${aggregate} goes on at ${from} and was at ${end}`);
    ends.set(aggregate, to);
  }
  for (const query of VERSIONS)
    for (const row of await database.query<{ aggregate: string; version: string | number }[]>(query))
      if (ends.get(row.aggregate) !== Number(row.version))
        problems.push(`${row.aggregate} is at ${row.version}, and the outbox told up to ${ends.get(row.aggregate)}`);
  const [ledger] = await database.query<{ movements: string; levels: string; versions: string }[]>(
    `SELECT SUM(n) AS movements, COUNT(*) AS levels, SUM(last) AS versions FROM
      (SELECT COUNT(*) AS n, MAX(version) AS last FROM stock_movement GROUP BY sku_id, location_id) each_level`,
  );
  const movements = Number(ledger?.movements ?? 0);
  if (Number(ledger?.versions ?? 0) !== movements) problems.push('the ledger itself has a hole');
  return { events, movements, levels: Number(ledger?.levels ?? 0), problems };
}

function expected(fact: Fact): Expected {
  const aggregate = aggregateId(fact);
  return { id: `${aggregate}:${fact.to}`, aggregate, type: fact.type, from: fact.from, to: fact.to };
}

const byVersion = (a: Expected, b: Expected) =>
  a.aggregate === b.aggregate ? a.from - b.from : a.aggregate < b.aggregate ? -1 : 1;
