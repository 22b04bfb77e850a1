/**
 * How many rows the database reads for a page of documents of one type within a span of time: about as many as lie in the
 * span, not as many as were made since. Counted by the session's own counters, on whichever engine the tests run.
 */
import type { DocumentType } from '@granary/contracts/document';
import { type Instant, plusSeconds } from '@granary/contracts/instant';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDomain, testConfig, testPorts, type TestDomain } from '../testing/test-domain.ts';
import { toDatabaseTime } from './database-time.ts';
import { listDocuments } from './document-store.ts';
import type { Tx } from './transaction.ts';
import { createUnitOfWork } from './unit-of-work.ts';

const FIRST = '2001-01-01T00:00:00.000000Z' as Instant;
const COUNT = 20_000;
const after = (seconds: number) => plusSeconds(FIRST, seconds);

let at: TestDomain;

/** One document a second, made in that order; each two hundredth is a production, all others are sales. */
beforeAll(async () => {
  at = await openTestDomain({ poolSize: 1 });
  const rows = Array.from({ length: COUNT }, (_, number) => {
    const moment = toDatabaseTime(after(number));
    const type = number % 200 === 0 ? 'production' : 'sales';
    const id = String(number).padStart(26, '0');
    return [id, type, `N-${number}`, 1, Buffer.alloc(32), moment, moment, id];
  });
  const columns = 'document_id, type, document_no, line_count, content_hash, occurred_at, recorded_at, command_id';
  for (let from = 0; from < COUNT; from += 2000)
    await at.dataSource.query(`INSERT INTO stock_document (${columns}) VALUES ?`, [rows.slice(from, from + 2000)]);
  await at.dataSource.query('ANALYZE TABLE stock_document');
});
afterAll(() => at.close());

async function reads(rows: Tx['rows']): Promise<number> {
  const found = await rows("SHOW SESSION STATUS LIKE 'Handler_read%'");
  return found.reduce((sum, row) => sum + Number(row['Value']), 0);
}

interface Look {
  readonly types: readonly DocumentType[];
  readonly from?: Instant;
  readonly to?: Instant;
  readonly found: number;
}

test.each<[string, Look]>([
  ['a rare type, a day', { types: ['production'], from: after(10_000), to: after(10_400), found: 2 }],
  ['a rare type, since a day', { types: ['production'], from: after(19_000), found: 5 }],
  ['a rare type, until a day', { types: ['production'], to: after(1000), found: 5 }],
  ['two types, a day', { types: ['production', 'opening'], from: after(10_000), to: after(10_400), found: 2 }],
  ['a common type, a day long ago', { types: ['sales'], from: after(100), to: after(130), found: 30 }],
  ['a common type, since a day', { types: ['sales'], from: after(100), found: 50 }],
  ['all types, since a day', { types: ['sales', 'production'], from: after(100), found: 50 }],
  ['a common type, at any time', { types: ['sales'], found: 50 }],
])('%s', async (_what, { found, ...asked }) => {
  const units = createUnitOfWork(at.dataSource, testConfig, testPorts());
  await units.read(async (tx) => {
    const list = () => listDocuments(tx, { ...asked, before: undefined, limit: 50 });
    // The first use of a table reads more than the later ones.
    await list();
    const [first, second] = [await reads(tx.rows), await reads(tx.rows)];
    const items = await list();
    const read = (await reads(tx.rows)) - second - (second - first);
    expect(items).toHaveLength(found);
    expect(items.map(({ documentId }) => documentId)).toEqual(
      items
        .map(({ documentId }) => documentId)
        .toSorted()
        .toReversed(),
    );
    expect(read).toBeLessThan(6 * found + 30);
  });
});
