/** Rows that somebody edits, removes or cuts off past the engine, and files whose bytes were turned. */
import { createHash } from 'node:crypto';
import { callHere } from '../fleet/call-here.ts';
import { type BedFault, type Happening, unless } from './fault.ts';
import { actNames, codeOf, doIt } from './acts.ts';
import { type Testbed, untilSo } from './testbed.ts';

const JOB_LEASE_MS = 5_000;
const JOB_WITHIN_MS = 20_000;
const TABLES = [
  'stock_level',
  'stock_batch',
  'stock_movement',
  'reservation',
  'reservation_line',
  'stock_document_line',
] as const;

interface Edit {
  readonly what: string;
  /** What verify must name. */
  readonly invariants: readonly string[];
  readonly sql: string;
}

const NEWEST = '(SELECT MAX(version) FROM (SELECT version FROM stock_movement WHERE sku_id = :sku) AS v)';
const edits: readonly Edit[] = [
  {
    what: 'a balance',
    invariants: ['I2', 'I3'],
    sql: 'UPDATE stock_level SET on_hand = on_hand + 1 WHERE sku_id = :sku',
  },
  {
    what: 'what a level holds',
    invariants: ['I2', 'I3'],
    sql: 'UPDATE stock_level SET reserved = reserved + 1 WHERE sku_id = :sku',
  },
  {
    what: 'a batch',
    invariants: ['I2', 'I3'],
    sql: 'UPDATE stock_batch SET on_hand = on_hand + 1 WHERE sku_id = :sku',
  },
  {
    what: 'a quantity in the ledger',
    invariants: ['I3', 'I10'],
    sql: 'UPDATE stock_movement SET on_hand = on_hand + 1 WHERE sku_id = :sku AND version = 1',
  },
  {
    what: 'a reason in the ledger',
    invariants: ['I10'],
    sql: `UPDATE stock_movement SET reason = 'nothing to see' WHERE sku_id = :sku AND version = 1`,
  },
  {
    what: 'a time in the ledger',
    invariants: ['I10'],
    sql: 'UPDATE stock_movement SET occurred_at = occurred_at - INTERVAL 1 DAY WHERE sku_id = :sku AND version = 2',
  },
  {
    what: 'a row amid the ledger, deleted',
    invariants: ['I3', 'I4', 'I10'],
    sql: 'DELETE FROM stock_movement WHERE sku_id = :sku AND version = 2',
  },
  {
    what: 'the newest row of the ledger, deleted',
    invariants: ['I3', 'I4', 'I10'],
    sql: `DELETE FROM stock_movement WHERE sku_id = :sku AND version = ${NEWEST}`,
  },
  { what: 'what a hold holds', invariants: ['I5'], sql: 'UPDATE reservation_line SET held = 0 WHERE sku_id = :sku' },
  {
    what: 'a line of a document',
    invariants: ['I7'],
    sql: 'UPDATE stock_document_line SET quantity = quantity + 1 WHERE sku_id = :sku',
  },
];

export const corruptionFaults: readonly BedFault[] = [
  {
    id: 'F60',
    title: 'counters and files are spoilt',
    inject: 'the counters of a level and its batch are set to other figures; an import has a turned byte',
    expect: 'verify names them and a rebuild restores them from the ledger; the file is refused and nothing is changed',
    on: 'testbed',
    run: spoiltCounters,
  },
  {
    id: 'F61',
    title: 'rows of ledger, levels and documents are edited, deleted or cut off by hand',
    inject: 'ten edits as root, one after the other, each undone afterwards',
    expect: 'verify names the invariant of each, and nothing when it is undone',
    on: 'testbed',
    limitMs: 90_000,
    run: editedRows,
  },
];

async function history(bed: Testbed): Promise<string> {
  const [skuId = ''] = (await bed.stock('EDITED', 1, 50)).keys();
  for (const kind of actNames) await doIt(bed.api.granary.domain, { name: bed.name('edit'), kind, skuId });
  return skuId;
}

async function spoiltCounters(bed: Testbed): Promise<Happening> {
  const skuId = await history(bed);
  const counters = () =>
    bed.ask(
      'SELECT on_hand, reserved, locked FROM stock_level WHERE sku_id = ? UNION ALL SELECT on_hand, reserved, locked FROM stock_batch WHERE sku_id = ?',
      [skuId, skuId],
    );
  const before = JSON.stringify(await counters());
  for (const table of ['stock_level', 'stock_batch'])
    await bed.ask(`UPDATE ${table} SET on_hand = on_hand + 7, reserved = reserved + 3 WHERE sku_id = ?`, [skuId]);
  const found = await violationsOf(bed);
  await bed.looking.domain.rebuild({});
  const after = JSON.stringify(await counters());
  const left = await violationsOf(bed);
  const file = await spoiltFiles(bed);
  return {
    happened: found.length === 0 ? 0 : 2 + file.happened,
    problems: [
      ...unless(
        found.some(({ row }) => row.includes(skuId)),
        'verify named no row of it',
      ),
      ...unless(after === before, `a rebuild made ${after} of ${before}`),
      ...unless(left.length === 0, `${left.length} violations are left after a rebuild`),
      ...file.problems,
    ],
    figures: file.figures ?? {},
  };
}

async function violationsOf({ looking }: Testbed) {
  return (await looking.domain.verify({})).violations;
}

async function editedRows(bed: Testbed): Promise<Happening> {
  const skuId = await history(bed);
  const problems: string[] = [];
  for (const table of TABLES) {
    await bed.ask(`DROP TABLE IF EXISTS kept_${table}`);
    await bed.ask(`CREATE TABLE kept_${table} AS SELECT * FROM ${table} WHERE sku_id = ?`, [skuId]);
  }
  let happened = 0;
  for (const { what, invariants, sql } of edits) {
    await bed.ask(
      sql.replaceAll(':sku', '?'),
      Array.from({ length: sql.split(':sku').length - 1 }, () => skuId),
    );
    const named = [...new Set((await violationsOf(bed)).map(({ invariant }) => invariant))];
    if (named.length > 0) happened += 1;
    problems.push(
      ...unless(
        invariants.some((each) => named.includes(each)),
        `${what}: verify named ${named.join(' ') || 'nothing'}`,
      ),
    );
    await undo(bed, skuId);
  }
  const left = await violationsOf(bed);
  for (const table of TABLES) await bed.ask(`DROP TABLE kept_${table}`);
  return {
    happened,
    problems: [...problems, ...unless(left.length === 0, `${left.length} violations after all was undone`)],
  };
}

async function undo(bed: Testbed, skuId: string): Promise<void> {
  for (const table of TABLES) {
    const columns = await bed.ask(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? AND generation_expression IN ('') OR
         (table_schema = DATABASE() AND table_name = ? AND generation_expression IS NULL) ORDER BY ordinal_position`,
      [table, table],
    );
    const names = columns.map(({ name }) => `\`${String(name)}\``).join(', ');
    await bed.ask(`DELETE FROM ${table} WHERE sku_id = ?`, [skuId]);
    await bed.ask(`INSERT INTO ${table} (${names}) SELECT ${names} FROM kept_${table}`);
  }
}

/** An import whose bytes were turned on their way: told so, and no row is taken. */
async function spoiltFiles(bed: Testbed): Promise<Happening> {
  const { imports, jobs, jobRunner } = bed.looking.domain;
  const skuId = bed.name('FILE');
  const csv = `skuId,quantity,unitCost\r\n${skuId},5,1.00\r\n`;
  const sha256 = createHash('sha256').update(csv).digest('hex');
  const call = callHere();
  const { id: importId } = await imports.create(
    { kind: 'opening', sha256, fileName: 'spoilt.csv', fromExport: false },
    call,
  );
  const end = await (async () => {
    await imports.upload({ importId, part: 1, csv: csv.replace(',5,', ',9,') }, call);
    const { jobId } = await imports.run({ importId }, call);
    const isOver = async () => {
      await jobRunner.runOnce({ holder: 'faults', leaseMs: JOB_LEASE_MS });
      return (await jobs.get({ id: jobId ?? '' })).endedAt !== null;
    };
    await untilSo(isOver, JOB_WITHIN_MS);
    await jobRunner.handBack('faults');
    return (await imports.get({ importId })).state;
  })().catch(codeOf);
  const [level] = await bed.ask('SELECT on_hand FROM stock_level WHERE sku_id = ?', [skuId]);
  return {
    ...{ happened: 1, figures: { 'a spoilt file': end } },
    problems: [
      ...unless(end !== 'done', `a file with a turned byte was answered by ${end}`),
      ...unless(level === undefined, 'a row of a spoilt file was taken'),
    ],
  };
}
