/** The judge must be able to say no: each figure that is wrong, missing or unknown is named, and nothing is left out. */
import { describe, expect, test } from 'vitest';
import { judgeTruth, type TruthSubject } from './judge-truth.ts';
import { exact } from './number.ts';
import type { ValuationOutcome } from './valuation-vector.ts';
import { NotApplicable } from './verdict.ts';

const outcome: ValuationOutcome = {
  figures: { closingQty: exact('1'), closingValue: exact('10'), totalCogs: exact('20') },
  layers: [[exact('1'), exact('10')]],
  perEvent: [
    { seq: 1, figures: { valueDelta: exact('30') }, consumed: [] },
    { seq: 2, figures: { cogs: exact('20'), valueDelta: exact('-20') }, consumed: [[exact('2'), exact('10')]] },
  ],
};

const subject: TruthSubject = {
  value: () => outcome,
  split: () => [exact('2'), exact('3')],
  departments: () => ({ P: exact('5') }),
  activity: () => ({ rates: { a: exact('1') }, assigned: {}, total: exact('4') }),
  rollForward: () => [{ closingValue: exact('1556') }],
};

const expected = {
  closingQty: '1',
  closingValue: '10.00',
  totalCogs: { dec: '20.0000000000', frac: '40/2' },
  layers: [['1', '10']],
  perEvent: [
    { seq: 1, type: 'in', valueDelta: '30' },
    { seq: 2, type: 'out', cogs: '20', consumed: [['2', '10']] },
  ],
};

function judge(more: object) {
  const vector = { id: 'v', method: 'FIFO', events: [], expected: { ...expected, ...more } };
  return judgeTruth({ vectors: [vector] }, subject)[0];
}

test('what agrees passes', () => expect(judge({})).toEqual({ id: 'v', kind: 'valuation FIFO', status: 'pass' }));

describe('what differs fails and is named', () => {
  test.for<[string, object, string]>([
    ['a total', { totalCogs: '20.01' }, 'totalCogs'],
    ['a total by a few millionths', { closingValue: '10.000002' }, 'closingValue'],
    ['a figure that nobody tells', { avgCost: '10' }, 'avgCost'],
    ['a layer', { layers: [['1', '10.01']] }, 'layers'],
    ['a layer too many', { layers: [] }, 'layers'],
    ['an event', { perEvent: [{ seq: 1, valueDelta: '31' }] }, 'event 1 valueDelta'],
    ['what was consumed', { perEvent: [{ seq: 2, consumed: [['2', '11']] }] }, 'event 2 consumed'],
    ['a refusal that did not come', { perEvent: [{ seq: 2, error: 'insufficient_stock' }] }, 'event 2 error'],
    ['an event without outcome', { perEvent: [{ seq: 3 }] }, 'event 3'],
    ['the cost of one issue', { cogs: { 2: '21' } }, 'event 2 cogs'],
  ])('%s', ([, more, at]) => {
    expect(judge(more)).toMatchObject({ status: 'fail', differences: [{ at }] });
  });
});

test('random vectors without averages must agree exactly', () => {
  const vector = { id: 'v', method: 'FIFO', events: [], expected: { cogs: { 2: '20.0000001' } } };
  expect(judgeTruth([vector], subject)[0]).toMatchObject({ status: 'fail' });
  expect(judgeTruth([{ ...vector, method: 'MOVING_AVERAGE' }], subject)[0]).toMatchObject({ status: 'pass' });
});

test('every kind is told by its fields, and each can fail', () => {
  const content = {
    _readme: 'text',
    splits: [
      { id: 's1', total: '5', weights: ['3', '7'], expected: { parts: ['2', '3'] } },
      { id: 's2', total: '5', weights: ['3', '7'], expected: { parts: ['3', '2'] } },
    ],
    departments: [
      { id: 'd1', costs: {}, use: {}, expected: { P: '5.005' }, tolerance: '0.01' },
      { id: 'd2', costs: {}, use: {}, expected: { P: '5.02' }, tolerance: '0.01' },
    ],
    activity: [
      { id: 'a1', pools: {}, expected: { rates: { a: '1' }, assignedTotal: '4' } },
      { id: 'a2', pools: {}, expected: { rates: { a: '2' } } },
    ],
    months: [
      { id: 'p1', opening: {}, periods: [], expected: [{ closingValue: '1556' }] },
      { id: 'p2', opening: {}, periods: [], expected: [{ closingValue: '1557' }] },
      { id: 'p3', opening: {}, periods: [], expected: [] },
    ],
    disputed: [{ id: 'x' }],
    other: [{ id: 'o1', what: 1 }],
  };
  const told = judgeTruth(content, subject).map(({ id, status }) => `${id} ${status}`);
  expect(told).toEqual([
    ...['s1 pass', 's2 fail', 'd1 pass', 'd2 fail', 'a1 pass', 'a2 fail', 'p1 pass', 'p2 fail', 'p3 fail'],
    'o1 notApplicable',
  ]);
});

test('what the subject does not know is not applicable with its reason, what breaks it is a failure', () => {
  const vector = { id: 'v', method: 'FIFO', events: [], expected };
  const with_ = (error: Error): TruthSubject => ({
    ...subject,
    value: () => {
      throw error;
    },
  });
  expect(judgeTruth([vector], with_(new NotApplicable('no such method')))[0]).toMatchObject({
    status: 'notApplicable',
    reason: 'no such method',
  });
  expect(judgeTruth([vector], with_(new Error('boom')))[0]).toMatchObject({
    status: 'fail',
    differences: [{ got: 'boom' }],
  });
});
