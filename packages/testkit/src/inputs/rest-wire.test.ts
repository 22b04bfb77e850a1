/** What a call looks like as a query: the value that is tried must arrive as it was meant. */
import { expect, it } from 'vitest';
import { queryOf } from './rest-wire.ts';

it.each([
  [
    'texts, numbers, flags and lists of texts stand for themselves',
    '{"skuId":"a b&c","limit":10,"all":true,"ids":["x","[y"]}',
    'skuId=a%20b%26c&limit=10&all=true&ids=%5B%22x%22%2C%22%5By%22%5D',
  ],
  [
    'a text that would be a number goes with the whole',
    '{"limit":"5"}',
    `input=${encodeURIComponent('{"limit":"5"}')}`,
  ],
  ['so does a number in another form', '{"limit":1e2}', `input=${encodeURIComponent('{"limit":1e2}')}`],
  [
    'and nothing, and what is nested',
    '{"a":null,"b":{"c":1}}',
    `input=${encodeURIComponent('{"a":null,"b":{"c":1}}')}`,
  ],
  ['and an empty text', '{"lineId":""}', `input=${encodeURIComponent('{"lineId":""}')}`],
  ['and what is no JSON', '{"limit":01}', `input=${encodeURIComponent('{"limit":01}')}`],
  [
    'and half of a surrogate pair',
    String.raw`{"skuId":"\ud800"}`,
    `input=${encodeURIComponent(String.raw`{"skuId":"\ud800"}`)}`,
  ],
])('%s', (_what, body, query) => {
  expect(queryOf(body)).toBe(query);
});
