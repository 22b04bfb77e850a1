import { reserveInput } from '@granary/contracts/reservation';
import { stockCheckInput } from '@granary/contracts/stock';
import { describe, expect, it } from 'vitest';
import { accepted } from './bad-input.ts';
import { problemsOf } from './effect.ts';
import { ALL_CLASSES, exemptionFor, staleExemptions } from './exemptions.ts';
import { sampleOf, trialsOf, type Trial } from './trial.ts';
import { bodyWith, type WireAnswer } from './wire.ts';

const bases = [
  {
    skuId: 'a1',
    quantity: 1,
    type: 'cart',
    businessId: 'abc-ss-1-fi-é',
    lineId: 'l',
    ttlSeconds: 60,
    locationId: 'x',
    qualityLevel: 'A',
    minRemainingDays: 0,
    batchIds: ['01JD7Z5K3M8Q2W4E6R7T8Y9ZAB'],
    strategy: 'fifo',
  },
  { expiresAt: '2031-01-01T00:00:00Z' },
];
const trials = trialsOf('reservation.reserve', { schema: reserveInput, bases });

const answer = (status: number, code: string, more: Partial<WireAnswer> = {}): WireAnswer => ({
  ...{ status, code, issuePaths: ['quantity'], data: {}, text: '{}', headers: new Headers(), ms: 1 },
  ...more,
});

describe('the plan', () => {
  it('offers every field of a call every class of its kind', () => {
    const tried = (name: string) =>
      new Set(trials.filter((trial) => trial.field.name === name).map((trial) => trial.input.class));
    expect([...tried('quantity')]).toEqual(Array.from({ length: 21 }, (_each, index) => index + 1));
    expect(tried('ttlSeconds')).toContain(24);
    const ofStrings = ALL_CLASSES.filter((each) => each >= 35 && each <= 67 && ![53, 54, 65].includes(each));
    expect([...tried('businessId')].toSorted((a, b) => a - b)).toEqual(ofStrings);
    expect(tried('skuId')).toContain(53);
    expect(tried('batchIds')).toContain(65);
  });

  it('fails when no valid call has a field, rather than passing it over', () => {
    expect(() => trialsOf('stock.check', { schema: stockCheckInput, bases: [{}] })).toThrow(
      'no base call of stock.check has the field skuId',
    );
  });

  it('puts raw text in the place of one value', () => {
    expect(bodyWith({ lines: [{ quantity: 1, skuId: 'a' }] }, ['lines', 0, 'quantity'], '01')).toBe(
      '{"lines":[{"quantity":01,"skuId":"a"}]}',
    );
  });

  it('samples every class and every procedure, the same for the same seed', () => {
    const sample = sampleOf(trials, 7);
    expect(new Set(sample.map((trial) => trial.input.class))).toEqual(
      new Set(trials.map((trial) => trial.input.class)),
    );
    expect(sampleOf(trials, 7)).toEqual(sample);
    expect(sampleOf(trials, 8)).not.toEqual(sample);
  });
});

describe('what an answer must be', () => {
  const trial = (name: string, number: number): Trial => {
    const found = trials.find((each) => each.field.name === name && each.input.class === number);
    if (found === undefined) throw new Error(`no trial of class ${number} on ${name}`);
    return found;
  };
  const minusOne = trial('quantity', 1);

  it.each<[string, { told: WireAnswer; changed: string[] }, string]>([
    ['taken although it is wrong', { told: answer(200, ''), changed: ['reservation'] }, 'expected 422'],
    [
      'refused for another field',
      { told: answer(422, 'INV_005', { issuePaths: ['skuId'] }), changed: [] },
      'names skuId instead of quantity',
    ],
    ['refused, yet something was written', { told: answer(422, 'INV_005'), changed: ['outbox'] }, 'changed outbox'],
    ['a failure', { told: answer(500, 'INV_006'), changed: [] }, 'failed with 500'],
    ['a stack', { told: answer(422, 'INV_005', { text: 'Error\n    at run (file.js:1:2)' }), changed: [] }, 'matches'],
    ['a path', { told: answer(422, 'INV_005', { text: 'in /usr/lib/granary' }), changed: [] }, 'matches'],
    ['SQL', { told: answer(422, 'INV_005', { text: 'SELECT id FROM sku WHERE 1' }), changed: [] }, 'matches'],
    ['a name of the driver', { told: answer(422, 'INV_005', { text: 'ER_DUP_ENTRY' }), changed: [] }, 'matches'],
  ])('not %s', (_name, { told, changed }, problem) => {
    expect(problemsOf(minusOne, { answer: told, changed }).join()).toContain(problem);
  });

  it('a refusal that names the field and writes nothing', () => {
    expect(problemsOf(minusOne, { answer: answer(422, 'INV_005'), changed: [] })).toEqual([]);
  });

  it('not a look-alike taken for the row in use', () => {
    const told = answer(200, '', { data: { skuId: 'a1' } });
    expect(problemsOf(trial('skuId', 41), { answer: told, changed: [] }).join()).toContain('taken for another row');
    expect(problemsOf(trial('skuId', 41), { answer: answer(404, 'INV_001'), changed: [] })).toEqual([]);
  });

  it('one of a list told within the list, and not another one', () => {
    const told = (batchIds: unknown) => answer(200, '', { data: { batchIds } });
    const same = {
      ...trial('batchIds', 65),
      input: { ...trial('batchIds', 65).input, expected: accepted('a1') },
      base: 'a1',
    };
    expect(problemsOf(same, { answer: told(['a2', 'a1']), changed: [] })).toEqual([]);
    expect(problemsOf(same, { answer: told(['a2']), changed: [] }).join()).toContain('tells batchIds as "a2"');
  });

  it('not a name kept as another one', () => {
    const told = answer(200, '', { data: { businessId: 'x' } });
    expect(problemsOf(trial('businessId', 62), { answer: told, changed: ['reservation'] }).join()).toContain(
      'tells businessId as "x"',
    );
  });
});

describe('exemptions', () => {
  it('are out of date once the class was tried', () => {
    expect(staleExemptions('sku.get', (number) => number === 1)).toEqual([1]);
    expect(staleExemptions('sku.create', (number) => number === 1)).toEqual([]);
  });

  it('each say why', () => {
    for (const number of ALL_CLASSES) expect(exemptionFor('system.health', number)?.reason ?? '').not.toBe('');
  });
});
