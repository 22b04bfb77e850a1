/** The short form of `npm run -s statements`: of every call that changes something a few statements are let fail. */
import { UNTRIED } from '@granary/testkit/inputs/class-table';
import { afterEach, expect, it } from 'vitest';
import { type ApiUnderTest, openApiUnderTest } from '../inputs/api-under-test.ts';
import { swallowed } from './modes.ts';
import { sweep } from './sweep.ts';

let api: ApiUnderTest | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

it(
  'a statement that fails is nobody’s affair, or told as such, and the repeat has one effect',
  { timeout: 300_000 },
  async () => {
    api = await openApiUnderTest();
    const { isQuery } = api;
    const procedures = Object.keys(api.procedures).filter((name) => !isQuery(name) && !UNTRIED.has(name));
    const report = await sweep(api, { procedures, sample: { seed: 20_261_121, each: 1 } });
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ procedures: procedures.length, calls: procedures.length });
    expect(Object.keys(report.perMode)).toHaveLength(6);
    expect(report.served).toBeGreaterThan(report.refused);
  },
);

it('an error that somebody swallows is found', async () => {
  api = await openApiUnderTest();
  const { cases, problems } = await sweep(api, { procedures: ['reservation.reserve'], modes: [swallowed] });
  expect(cases).toBeGreaterThan(20);
  const found = ['INSERT INTO outbox', 'INSERT INTO stock_movement', 'INSERT INTO reservation', 'COMMIT'].filter(
    (lost) => problems.some((problem) => problem.includes(`(${lost}`)),
  );
  expect(found).toHaveLength(4);
});

it('a procedure of which nobody wrote a valid call is a problem', async () => {
  api = await openApiUnderTest();
  const { problems } = await sweep(api, { procedures: ['stock.invented'], sample: { seed: 1, each: 1 } });
  expect(problems).toEqual(['nobody wrote a sheet of stock.invented: what is a valid call of it?']);
});
