import { reserveInput } from '@granary/contracts/reservation';
import { stockCheckInput } from '@granary/contracts/stock';
import { describe, expect, it } from 'vitest';
import { accepted, rawOf } from './bad-input.ts';
import { problemsOf, strayOf } from './effect.ts';
import { checkClasses } from './run-inputs.ts';
import { fieldsOf } from './schema-fields.ts';
import { ALL_CLASSES, demandsOn, EXCUSED, isScenario } from './class-table.ts';
import { sampleOf, trialsOf, type Trial } from './trial.ts';
import { bodyWith, type WireAnswer } from './wire.ts';

const calls = [
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
const trials = trialsOf('reservation.reserve', { schema: reserveInput, calls });

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
    const ofTimes = [...[69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79], 83, 84];
    expect([...tried('expiresAt')].filter((each) => each > 68).toSorted((a, b) => a - b)).toEqual(ofTimes);
    expect([...tried('type')].filter((each) => each > 68)).toEqual([103, 104]);
    expect([...tried('idempotencyKey')].filter((each) => each > 68)).toEqual([122]);
  });

  it('fails when no valid call has a field, rather than passing it over', () => {
    expect(() => trialsOf('stock.check', { schema: stockCheckInput, calls: [{}] })).toThrow(
      'no valid call of stock.check has the field skuId',
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

describe('the shape of a call', () => {
  const bodyOf = (kind: string, what: string): string => {
    const found = trials.find(({ field, input }) => field.kind === kind && input.what === what);
    if (found === undefined) throw new Error(`no trial of ${kind} ${what}`);
    const own = { a: 1, b: ['x', 'y'] };
    return bodyWith(own, kind === 'list' ? ['b'] : [], rawOf(found.input, kind === 'list' ? own.b : own));
  };

  it.each([
    ['object', 'another key, admin', '{"admin":1,"a":1,"b":["x","y"]}'],
    ['object', 'a prototype', '{"__proto__":{"polluted":1},"a":1,"b":["x","y"]}'],
    ['object', 'a key twice, first with another value', '{"skuId":{"no":"value"},"a":1,"b":["x","y"]}'],
    ['object', 'a list of it', '[{"a":1,"b":["x","y"]}]'],
    ['list', 'nothing in it', '{"a":1,"b":[]}'],
    ['list', 'a gap in it', '{"a":1,"b":[,]}'],
    ['list', 'an object of it', '{"a":1,"b":{"0":"x","1":"y"}}'],
  ])('of a %s: %s', (kind, what, body) => {
    expect(bodyOf(kind, what)).toBe(body);
  });

  it('is one too many of what stands there', () => {
    const body: unknown = JSON.parse(bodyOf('list', '101 in it'));
    expect(body).toEqual({ a: 1, b: Array.from({ length: 101 }, () => 'x') });
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
    const problems = [
      ...problemsOf(minusOne, told, 1),
      ...strayOf('reservation.reserve', told.status === 200, changed),
    ];
    expect(problems.join()).toContain(problem);
  });

  it('a refusal that names the field and writes nothing', () => {
    expect(problemsOf(minusOne, answer(422, 'INV_005'), 1)).toEqual([]);
    expect(strayOf('reservation.reserve', false, [])).toEqual([]);
  });

  it('not a look-alike taken for the row in use', () => {
    const told = answer(200, '', { data: { skuId: 'a1' } });
    expect(problemsOf(trial('skuId', 41), told, 'a1').join()).toContain('taken for another row');
    expect(problemsOf(trial('skuId', 41), answer(404, 'INV_001'), 'a1')).toEqual([]);
  });

  it('one of a list told within the list, and not another one', () => {
    const told = (batchIds: unknown) => answer(200, '', { data: { batchIds } });
    const found = trial('batchIds', 65);
    const same = { ...found, input: { ...found.input, expected: accepted('a1') } };
    expect(problemsOf(same, told(['a2', 'a1']), 'a1')).toEqual([]);
    expect(problemsOf(same, told(['a2']), 'a1').join()).toContain('tells batchIds as "a2"');
  });

  it('not a name kept as another one', () => {
    const told = answer(200, '', { data: { businessId: 'x' } });
    expect(problemsOf(trial('businessId', 62), told, 'y').join()).toContain('tells businessId as "x"');
  });

  it('not a refusal that keeps the words it knows to itself', () => {
    const word = trial('type', 103);
    const told = (text: string) => answer(422, 'INV_005', { issuePaths: ['type'], text });
    expect(problemsOf(word, told('one of cart, order'), 'cart')).toEqual([]);
    expect(problemsOf(word, told('no'), 'cart').join()).toContain('does not tell cart');
  });
});

describe('the table of classes', () => {
  it('demands what the fields of a call can have', () => {
    const demanded = demandsOn('reservation.reserve', fieldsOf(reserveInput));
    expect(demanded).toEqual(expect.arrayContaining([1, 24, 35, 65, 69, 83, 84, 89, 92, 103, 123]));
    expect(demanded).not.toEqual(expect.arrayContaining([26, 82, 96, 118]));
  });

  it('has a place for every class: fields demand it, a scenario brings it about, or it is excused', () => {
    expect(ALL_CLASSES.filter((each) => EXCUSED.has(each) && !isScenario(each))).toEqual([]);
  });

  it('tells of a run what was tried nowhere, and what is excused though it was tried', () => {
    const all = Object.fromEntries(ALL_CLASSES.filter((each) => !EXCUSED.has(each)).map((each) => [each, 1]));
    expect(checkClasses(all)).toEqual([]);
    expect(checkClasses({ ...all, 68: 1 })).toEqual(['class 68 is excused, yet it was tried']);
    expect(checkClasses({ ...all, 98: 0 })).toEqual(['class 98 was tried nowhere, and nobody said why']);
  });
});
