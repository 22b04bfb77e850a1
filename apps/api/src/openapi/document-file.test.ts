/** docs/openapi.json is the document that callers were written against: it may grow, and nothing may be taken from it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { appRouter } from '../router.ts';
import { createOpenapi } from './document.ts';
import type { OpenapiDocument } from './document-type.ts';
import { narrowings } from './narrowing.ts';

const FILE = new URL('../../../../docs/openapi.json', import.meta.url);
const RENEW = 'npm run -s openapi -- --out docs/openapi.json';
const kept = JSON.parse(readFileSync(FILE, 'utf8')) as OpenapiDocument;
const live = JSON.parse(JSON.stringify(createOpenapi(appRouter))) as OpenapiDocument;

describe('the document in docs/openapi.json', () => {
  test('has lost nothing and been narrowed nowhere', () => {
    const broken = narrowings(kept, live);
    const advice =
      'These changes break callers. Give the new shape a new name beside the old one; only if nobody can have used it, ' +
      `renew the file with "${RENEW}" and say so in docs/CHANGELOG.md.`;
    expect(broken.length === 0 ? [] : [advice, ...broken]).toEqual([]);
  });

  test('is as new as the code', () => {
    const text = (document: OpenapiDocument) =>
      JSON.stringify({ ...document, info: { ...document.info, version: '' } });
    const state = text(kept) === text(live) ? 'as new' : `older: if the test above passes, renew it with "${RENEW}"`;
    expect(state).toBe('as new');
  });
});

interface Change {
  readonly what: string;
  /** The place in the document. */
  readonly at: readonly (string | number)[];
  /** What stands there afterwards; undefined takes it away. */
  readonly to: (was: unknown) => unknown;
}

const gone = () => undefined;
const plus = (value: unknown) => (was: unknown) => [...(was as unknown[]), value];
const withoutFirst = (was: unknown) => (was as unknown[]).slice(1);
const withoutLast = (was: unknown) => (was as unknown[]).slice(0, -1);
const check = ['paths', '/v1/stock/check', 'get'];
const schema = (name: string, ...rest: (string | number)[]) => ['components', 'schemas', name, ...rest];
const field = (name: string, ...rest: (string | number)[]) => schema(name, 'properties', ...rest);

/** A copy of the live document with changes at some places. */
function changed(...changes: readonly Omit<Change, 'what'>[]): OpenapiDocument {
  const draft = structuredClone(live);
  for (const { at, to } of changes) {
    let place = draft as unknown as Record<string | number, unknown>;
    for (const part of at.slice(0, -1)) place = place[part] as Record<string | number, unknown>;
    const last = at.at(-1) ?? '';
    const value = to(place[last]);
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return draft;
}

describe('the comparison', () => {
  const changes: (Change & { readonly finds: RegExp })[] = [
    { what: 'a path that is gone', at: ['paths', '/v1/sku/list'], to: gone, finds: /^GET \/v1\/sku\/list: is gone/ },
    {
      what: 'a method that is gone',
      at: ['paths', '/v1/sku/list', 'post'],
      to: gone,
      finds: /^POST \/v1\/sku\/list: is gone/,
    },
    {
      what: 'another permission',
      at: [...check, 'x-permission'],
      to: () => 'sku.write',
      finds: /x-permission was stock\.check, is sku\.write/,
    },
    {
      what: 'a parameter that is gone',
      at: [...check, 'parameters'],
      to: withoutLast,
      finds: /query skuId: the parameter is gone/,
    },
    {
      what: 'a new required parameter',
      at: [...check, 'parameters'],
      to: plus({ name: 'shop', in: 'query', required: true, schema: {} }),
      finds: /query shop: is new and required/,
    },
    {
      what: 'a shorter identifier',
      at: [...check, 'parameters', 0, 'schema', 'maxLength'],
      to: () => 32,
      finds: /query skuId: maxLength was 64, is 32/,
    },
    {
      what: 'a new required field of a body',
      at: schema('SkuCreateInput', 'required'),
      to: plus('name'),
      finds: /POST \/v1\/sku\/create body\.name: the field is now required/,
    },
    {
      what: 'a field that a body takes no more',
      at: field('SkuCreateInput', 'unit'),
      to: gone,
      finds: /body\.unit: the field is gone/,
    },
    {
      what: 'a null that is taken no more',
      at: field('SkuUpdateInput', 'spuId', 'anyOf'),
      to: withoutLast,
      finds: /body\.spuId: takes no null any more/,
    },
    {
      what: 'a value that a field takes no more',
      at: field('ReservationReserveInput', 'type', 'enum'),
      to: withoutLast,
      finds: /body\.type: the value "other" is gone/,
    },
    {
      what: 'a field that is answered no more',
      at: field('Sku', 'unit'),
      to: gone,
      finds: /GET \/v1\/sku\/get 200\.unit: the field is gone/,
    },
    {
      what: 'a field deep in a page',
      at: field('Movement', 'hash'),
      to: gone,
      finds: /GET \/v1\/stock\/movements 200\.items\[\]\.hash: the field is gone/,
    },
    {
      what: 'an answer that may be null',
      at: field('Sku', 'unit', 'type'),
      to: () => ['string', 'null'],
      finds: /200\.unit: may now be null/,
    },
    {
      what: 'an answer that may be left out',
      at: schema('Sku', 'required'),
      to: withoutFirst,
      finds: /200\.skuId: the field may now be left out/,
    },
    {
      what: 'an error code that is gone',
      at: field('ErrorAnswer', 'code', 'enum'),
      to: withoutFirst,
      finds: /400\.code: the value "COST_001" is gone/,
    },
    {
      what: 'a kind of error with another status',
      at: ['x-errors', 0, 'http'],
      to: () => 410,
      finds: /error stockNotFound: has another/,
    },
  ];

  test.each(changes)('finds $what', ({ finds, ...change }) => {
    expect(narrowings(live, changed(change))).toContainEqual(expect.stringMatching(finds));
  });

  test('lets pass whatever only adds', () => {
    const more = changed(
      { at: ['paths', '/v1/new/thing'], to: () => live.paths['/v1/sku/get'] },
      { at: [...check, 'parameters', 0, 'schema', 'maxLength'], to: () => 128 },
      { at: [...check, 'parameters'], to: plus({ name: 'shop', in: 'query', schema: { type: 'string' } }) },
      { at: field('SkuCreateInput', 'weight'), to: () => ({ type: 'integer' }) },
      { at: field('Sku', 'weight'), to: () => ({ type: 'integer' }) },
      { at: schema('Sku', 'required'), to: plus('weight') },
      { at: field('ReservationReserveInput', 'type', 'enum'), to: plus('quote') },
      { at: ['x-errors'], to: plus({ kind: 'new', code: 'INV_099', http: 400, retryable: false, meaning: '' }) },
    );
    expect(narrowings(live, more)).toEqual([]);
  });
});
