/** Calls that share a flush get what they would have got one by one, each all or nothing by itself, and leave the same behind. */
import { afterEach, expect, test } from 'vitest';
import {
  type Call,
  comparable,
  confirm,
  convert,
  deduct,
  extend,
  many,
  outcomeOf,
  release,
  reserve,
  stocked,
} from '../testing/family-calls.ts';
import { hold } from '../testing/inputs.ts';
import { closeSound } from '../testing/soundness.ts';
import type { TestDomain, TestDomainOptions } from '../testing/test-domain.ts';

const opened: TestDomain[] = [];
async function open(options: TestDomainOptions = {}): Promise<TestDomain> {
  const at = await stocked(options);
  opened.push(at);
  return at;
}
afterEach(async () => {
  for (const at of opened.splice(0)) await closeSound(at);
});

/** How many units were committed that have something to tell. */
async function unitsOf({ dataSource }: TestDomain): Promise<number> {
  const [row] = await dataSource.query('SELECT COUNT(*) AS units FROM outbox');
  return Number(row.units);
}

/** What stands, whatever it is called. */
async function stand({ domain, dataSource }: TestDomain): Promise<unknown> {
  const { items } = await domain.reservations.list({ limit: 500 });
  const held = items.map((each) => comparable(each)).map((each) => JSON.stringify(each));
  const levels = await dataSource.query(
    'SELECT sku_id, location_id, on_hand, reserved, locked, version FROM stock_level ORDER BY sku_id, location_id',
  );
  const commands = await dataSource.query(
    `SELECT c.procedure_name, c.outcome, GROUP_CONCAT(s.sku_id ORDER BY s.sku_id) AS skus, COUNT(c.before_json) AS b
     FROM command AS c LEFT JOIN command_sku AS s ON s.command_id = c.command_id
     GROUP BY c.command_id, c.procedure_name, c.outcome ORDER BY 1, 2, 3`,
  );
  const facts = await dataSource.query('SELECT facts FROM outbox');
  const types = (facts as { facts: string }[]).flatMap((row) =>
    (JSON.parse(row.facts) as { type: string }[]).map(({ type }) => type),
  );
  return {
    held: held.toSorted(),
    levels,
    commands,
    facts: types.filter((type) => type !== 'stock.level.changed').toSorted(),
  };
}

/** Fills the part of a flush in which the calls before them were written; half of them find nothing left. */
const meanwhile = (name: string): readonly Call[] =>
  Array.from({ length: 33 }, (_, each) =>
    each % 2 === 0 ? reserve('C', 1, `${name}-${each}`) : release(`${name}-${each - 1}`),
  );

const waves: readonly [string, readonly Call[]][] = [
  ['one SKU, more asked for than there is', [1, 2, 3, 4, 5].map((each) => reserve('A', 2, `N-${each}`))],
  [
    'what one gives back, the next one takes',
    [reserve('A', 7, 'N-1'), release('O-1'), reserve('A', 7, 'N-2'), reserve('A', 2, 'N-3')],
  ],
  [
    'reserve, confirm, deduct, release, extend and convert of one SKU and of others',
    [
      ...[confirm('O-1'), deduct('O-1'), release('O-2'), extend('O-3'), convert('O-3', 'O-9'), reserve('A', 4, 'O-5')],
      ...[
        deduct('O-9'),
        reserve('B', 3, 'O-6'),
        reserve('B', 1, 'O-7'),
        confirm('O-4'),
        deduct('O-4'),
        reserve('C', 1, 'O-8'),
      ],
    ],
  ],
  [
    'what was made a moment ago is met: a repeat, other content, a replacement, and its end',
    [
      ...[reserve('C', 1, 'N-1'), reserve('C', 1, 'N-1'), reserve('C', 2, 'N-1')],
      ...[reserve('C', 2, { businessId: 'N-1', replace: true }), release('O-4'), reserve('B', 5, 'O-4')],
    ],
  ],
  [
    'many lines, all or nothing, between single ones',
    [
      ...[
        reserve('C', 2, 'N-1'),
        many(hold('A', 2, 'N-2'), hold('C', 2, 'N-2')),
        many(hold('B', 1, 'N-3'), hold('C', 1, 'N-3')),
      ],
      ...[reserve('C', 1, 'N-4'), reserve('A', 6, 'N-5'), reserve('A', 6, 'N-6')],
    ],
  ],
  [
    'calls that are refused for what they are',
    [
      ...[
        reserve('Z', 1, 'N-1'),
        reserve('A', 1, { businessId: 'N-2', strategy: 'none' }),
        confirm('nobody'),
        reserve('A', 1, 'N-3'),
      ],
      ...[reserve('A', 1, { businessId: 'N-4', locationId: 'nowhere' }), deduct('O-1'), confirm('O-1')],
    ],
  ],
];

const parted: readonly [string, readonly Call[]][] = [
  [
    'calls of one part meet what those of the parts before have made, changed and ended',
    [
      ...[reserve('A', 1, 'N-1'), reserve('A', 2, 'N-2'), reserve('B', 1, 'N-3'), release('O-1'), extend('O-2')],
      ...meanwhile('first'),
      ...[reserve('A', 1, { businessId: 'N-1', replace: true }), reserve('A', 3, { businessId: 'N-2', replace: true })],
      ...[reserve('A', 1, 'O-1'), release('O-2'), release('N-3'), reserve('A', 2, 'N-1')],
      ...meanwhile('second'),
      ...[
        confirm('N-1'),
        extend('N-2'),
        release('N-2'),
        reserve('A', 8, 'N-2'),
        reserve('B', 2, 'N-3'),
        convert('O-1', 'O-9'),
      ],
      ...meanwhile('third'),
      ...[release('O-9'), release('N-1'), reserve('A', 1, 'N-4')],
    ],
  ],
  [
    'goods leave between many others',
    [
      ...[reserve('A', 1, 'N-1'), confirm('O-1')],
      ...meanwhile('first'),
      ...[deduct('O-1'), confirm('N-1')],
      ...meanwhile('second'),
      ...[deduct('N-1'), reserve('A', 4, 'N-2'), deduct('O-4')],
      ...meanwhile('third'),
    ],
  ],
];

test.each([...waves, ...parted])('%s', async (_what, calls) => {
  const together = await open({ config: { combineShards: 1 } });
  const before = together.domain.unitOfWork.flushes();
  const units = await unitsOf(together);
  const outcomes = await Promise.all(calls.map((each) => outcomeOf(each(together))));
  const { flushes, largest } = together.domain.unitOfWork.flushes();
  expect([flushes - before.flushes, largest]).toEqual([1, calls.length]);
  // Calls of a flush that fails are answered all the same, half by half.
  expect((await unitsOf(together)) - units).toBe(1);

  const apart = await open({ config: { combineShards: 0 } });
  const expected: unknown[] = [];
  for (const each of calls) expected.push(await outcomeOf(each(apart)));
  expect(outcomes).toEqual(expected);
  expect(await stand(together)).toEqual(await stand(apart));
  expect(apart.domain.unitOfWork.flushes().flushes).toBe(0);
});
