/** The OpenAPI 3.1 document of a router: every procedure and every alias, from the schemas that check the calls. */
import type { AnyRouter } from '@trpc/server';
import { type Alias, aliases, PRODUCT_ID } from '../rest/alias.ts';
import { apiVersion } from '../version.ts';
import type { Method, OpenapiDocument, Operation, PathItem, SecurityScheme } from './document-type.ts';
import { ERROR_SCHEMA, errorResponses, errorRows, errorSchema } from './error-responses.ts';
import { groups, guide } from './guide/all.ts';
import { example, type ProcedureGuide } from './guide/guide.ts';
import { type JsonSchema, jsonSchemaOf } from './json-schema.ts';
import { IDEMPOTENCY_KEY, type OperationFacts, operationOf } from './operation.ts';
import { type ProcedureFace, proceduresOf } from './procedure-face.ts';
import { camel, schemaName, sharedNames } from './schema-names.ts';

const DESCRIPTION = `Granary answers "can I sell this?", holds stock for carts and orders without overselling, and moves batches in and out.

Every procedure is here as \`/v1/<router>/<procedure>\` and, with the same permissions, errors and limits, under \`/trpc/<router>.<procedure>\`.
A query is a GET with its fields as parameters (a list repeats its parameter or is one JSON array, an object is JSON, and \`?input=\` takes
the whole input as JSON), or a POST with the same fields as a JSON body. A mutation is a POST with a JSON body.

The paths under \`/inventory\` are second names. Examples succeed when they are sent in the order of this document on an empty database;
where an example has \`x-from\`, an id comes from the answer to an earlier one.`;

const BEARER: SecurityScheme = {
  type: 'http',
  scheme: 'bearer',
  description:
    'A token, `gk_<id>_<secret>`; each operation names its permission as x-permission. Needed where GRANARY_ACCESS is `tokens`; without one only what is public is answered.',
};

export function createOpenapi(router: AnyRouter): OpenapiDocument {
  const faces = inOrder(proceduresOf(router));
  const paths: Record<string, PathItem> = {};
  const add = (path: string, method: Method, operation: Operation) => {
    paths[path] = { ...paths[path], [method]: operation };
  };
  for (const face of faces) {
    for (const [path, method, facts] of ownOperations(face)) add(path, method, operationOf(facts));
  }
  const byPath = new Map(faces.map((face) => [face.path, face]));
  for (const alias of aliases) {
    const face = byPath.get(alias.procedure);
    if (face !== undefined) add(alias.path, methodOf(alias), operationOf(aliasFacts(alias, face)));
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Granary', version: apiVersion, description: DESCRIPTION },
    servers: [{ url: '/', description: 'This api' }],
    tags: [...new Set(faces.map(({ group }) => group))].map((name) => ({ name, description: groups[name] ?? name })),
    paths,
    security: [{ bearer: [] }, {}],
    components: {
      securitySchemes: { bearer: BEARER },
      schemas: schemasOf(faces),
      responses: errorResponses,
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY },
    },
    'x-errors': errorRows,
  };
}

/** The order of the guide, in which the examples can be sent; what the guide does not know comes last. */
function inOrder(faces: readonly ProcedureFace[]): readonly ProcedureFace[] {
  const order = new Map(Object.keys(guide).map((path, at) => [path, at]));
  const rank = ({ path }: ProcedureFace) => order.get(path) ?? order.size;
  return faces.toSorted((a, b) => rank(a) - rank(b));
}

function ownOperations(face: ProcedureFace): [path: string, method: Method, facts: OperationFacts][] {
  const facts = factsOf(face, guideOf(face.path));
  const path = `/v1/${face.path.replace('.', '/')}`;
  const operationId = camel(face.path);
  switch (face.type) {
    case 'query':
    case 'subscription':
      return [
        [path, 'get', { ...facts, operationId, method: 'get' }],
        [path, 'post', { ...facts, operationId: `${operationId}Post`, method: 'post' }],
      ];
    case 'mutation':
      return [[path, 'post', { ...facts, operationId, method: 'post' }]];
  }
}

function aliasFacts(alias: Alias, face: ProcedureFace): OperationFacts {
  const { examples, summary } = guideOf(face.path);
  const method = methodOf(alias);
  const shown = alias.example === undefined ? examples.slice(0, 1) : example(alias.example);
  const facts = factsOf(face, { summary, description: `Second name of ${face.path}.`, examples: shown });
  const operationId = camel(`${method} ${alias.path}`);
  if (!alias.path.includes(PRODUCT_ID)) return { ...facts, operationId, method };
  return { ...facts, operationId, method, inPath: { field: 'skuId', parameter: PRODUCT_ID.slice(1, -1) } };
}

function factsOf(face: ProcedureFace, procedureGuide: ProcedureGuide): Omit<OperationFacts, 'method' | 'operationId'> {
  const { input, output } = face;
  return {
    face,
    guide: procedureGuide,
    input:
      input === undefined
        ? undefined
        : {
            schema: jsonSchemaOf(input, { io: 'input', names: sharedNames }),
            name: schemaName(face, input, 'Input'),
          },
    answerName: output === undefined ? undefined : schemaName(face, output, 'Answer'),
  };
}

function schemasOf(faces: readonly ProcedureFace[]): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {};
  for (const face of faces) {
    const { input, output } = face;
    if (input !== undefined)
      found[schemaName(face, input, 'Input')] ??= jsonSchemaOf(input, { io: 'input', names: sharedNames });
    if (output !== undefined)
      found[schemaName(face, output, 'Answer')] ??= jsonSchemaOf(output, { io: 'output', names: sharedNames });
  }
  // Parts that no procedure answers by themselves, such as the rows of a page.
  for (const [schema, name] of sharedNames) found[name] ??= jsonSchemaOf(schema, { io: 'output', names: sharedNames });
  const all = { ...found, [ERROR_SCHEMA]: errorSchema };
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function guideOf(path: string): ProcedureGuide {
  return guide[path] ?? { summary: path, examples: [] };
}

function methodOf(alias: Alias): Method {
  switch (alias.method) {
    case 'GET':
      return 'get';
    case 'POST':
      return 'post';
    case 'PUT':
      return 'put';
  }
}
