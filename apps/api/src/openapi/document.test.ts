/** The OpenAPI document: sound in itself, and naming every procedure, alias, permission and error. */
import { errorTable } from '@granary/contracts/error';
import { permissions } from '@granary/contracts/permission';
import { describe, expect, test } from 'vitest';
import { aliases } from '../rest/alias.ts';
import { appRouter } from '../router.ts';
import { trpc } from '../trpc.ts';
import { procedure } from '../procedure.ts';
import { createOpenapi } from './document.ts';
import type { OpenapiDocument } from './document-type.ts';
import { guide } from './guide/all.ts';
import { operationsOf } from './narrowing.ts';
import { proceduresOf } from './procedure-face.ts';
import { problemsOf } from './testing/structure.ts';

const document = JSON.parse(JSON.stringify(createOpenapi(appRouter))) as OpenapiDocument;
const operations = operationsOf(document);
const faces = proceduresOf(appRouter);

describe('the document', () => {
  test('is a sound OpenAPI 3.1 document', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(problemsOf(document)).toEqual([]);
  });

  test('the check of its soundness finds what is wrong', () => {
    const broken = structuredClone(document) as unknown as Record<string, Record<string, Record<string, object>>>;
    const item = broken['paths']?.['/v1/sku/get'];
    Object.assign(item?.['get'] ?? {}, { operationId: 'skuList', parameters: [{ name: 'x', in: 'cookie-jar' }] });
    Object.assign(broken['components']?.['schemas'] ?? {}, {
      Odd: { type: 'text', required: ['a'], properties: {}, items: { $ref: '#/components/schemas/Nothing' } },
    });
    Object.assign(broken['paths'] ?? {}, { 'no-slash/{id}': { get: { operationId: 'a b', responses: {} } } });
    const problems = problemsOf(broken as unknown as OpenapiDocument).join('\n');
    for (const part of ['skuList', 'cookie-jar', 'text', 'required a', 'Nothing', 'no-slash', '{id}', 'no responses'])
      expect(problems).toContain(part);
  });

  test('has every procedure under /v1, with its permission, by the methods of its kind', () => {
    for (const { path, type, permission } of faces) {
      const found = operations.filter((row) => row.path === `/v1/${path.replace('.', '/')}`);
      expect([path, found.map(({ method }) => method)]).toEqual([
        path,
        type === 'mutation' ? ['post'] : ['get', 'post'],
      ]);
      for (const { operation } of found)
        expect([operation['x-procedure'], operation['x-permission']]).toEqual([path, permission]);
    }
    expect(new Set(operations.map(({ operation }) => operation['x-procedure']))).toEqual(
      new Set(faces.map(({ path }) => path)),
    );
  });

  test('has every alias', () => {
    for (const { method, path, procedure: name } of aliases)
      expect(
        operations.find((row) => row.path === path && row.method === method.toLowerCase())?.operation['x-procedure'],
      ).toBe(name);
  });

  test('names every permission that a procedure asks for, all of them known', () => {
    const named = new Set(operations.map(({ operation }) => operation['x-permission']));
    expect(named).toEqual(new Set(faces.map(({ permission }) => permission)));
    for (const permission of named) expect(permissions).toContain(permission);
  });

  test('names every error code and kind, with its status', () => {
    const rows = document['x-errors'];
    expect(Object.fromEntries(rows.map(({ kind, code, http }) => [kind, { code, http }]))).toEqual(
      Object.fromEntries(Object.entries(errorTable).map(([kind, { code, http }]) => [kind, { code, http }])),
    );
    const { properties = {} } = document.components.schemas['ErrorAnswer'] ?? {};
    expect(new Set(properties['code']?.enum)).toEqual(new Set(rows.map(({ code }) => code)));
    for (const { http, kind } of rows)
      expect(document.components.responses[`Error${http}`]?.content?.['application/json']?.examples).toHaveProperty(
        kind,
      );
  });

  test('explains every procedure and gives an example of each call: add new ones to src/openapi/guide', () => {
    expect(Object.keys(guide).toSorted()).toEqual(faces.map(({ path }) => path).toSorted());
    const silent = faces.filter(({ path, type }) => type !== 'subscription' && guide[path]?.examples.length === 0);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('its examples pass the schemas of their procedures', () => {
    for (const face of faces)
      for (const { input } of guide[face.path]?.examples ?? [])
        expect([face.path, face.input?.safeParse(input).error?.issues]).toEqual([face.path, undefined]);
  });

  test('tells of a stream where it is served, and of a procedure without a guide by its path', () => {
    const router = trpc.router({
      app: trpc.router({
        watch: procedure('stock.read').subscription(async function* () {
          yield await Promise.resolve(1);
        }),
        new: procedure('stock.read').query(() => 1),
      }),
    });
    const made = createOpenapi(router);
    expect(made.paths['/v1/app/watch']?.get?.responses['200']).toMatchObject({
      content: { 'text/event-stream': {} },
    });
    expect(made.paths['/v1/app/new']?.get).toMatchObject({ summary: 'app.new', 'x-permission': 'stock.read' });
    expect(problemsOf(made)).toEqual([]);
  });
});
