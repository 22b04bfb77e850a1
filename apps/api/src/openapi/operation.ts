/** One operation of the document: a procedure under one path and method. */
import type { Example, ProcedureGuide } from './guide/guide.ts';
import type { Content, ExampleObject, Examples, Operation, Parameter, Reference, Response } from './document-type.ts';
import { CSV_TYPE, csvColumnsOf } from '../rest/csv-list.ts';
import { errorReferences } from './error-responses.ts';
import { type JsonSchema, objectOf, refTo, typesOf } from './json-schema.ts';
import type { ProcedureFace } from './procedure-face.ts';

export interface OperationFacts {
  readonly method: 'get' | 'post' | 'put';
  readonly operationId: string;
  readonly face: ProcedureFace;
  readonly guide: ProcedureGuide;
  /** The whole input, and the name under which it stands in the document. */
  readonly input: { readonly schema: JsonSchema; readonly name: string } | undefined;
  readonly answerName: string | undefined;
  /** The field that the path names instead, and the parameter of the path. */
  readonly inPath?: { readonly field: string; readonly parameter: string };
}

export const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A repeat with the same key answers the same and has one effect, for at least 7 days; or name it in the body as idempotencyKey.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};
const LIST_AS_CSV =
  'With Accept: text/csv, the rows of all pages from `cursor` on: a header line, nested values as JSON; a cell that a spreadsheet would take for a formula begins with an apostrophe.';
const KEY_REFERENCE: Reference = { $ref: '#/components/parameters/IdempotencyKey' };

export function operationOf(facts: OperationFacts): Operation {
  const { face, guide, method, operationId } = facts;
  const parameters = [
    ...pathParameters(facts),
    ...(method === 'get' ? queryParameters(facts) : []),
    ...(face.type === 'mutation' ? [KEY_REFERENCE] : []),
  ];
  return {
    operationId,
    tags: [face.group],
    summary: guide.summary,
    ...(guide.description === undefined ? {} : { description: guide.description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(method === 'get' ? {} : { requestBody: { required: true, content: bodyOf(facts) } }),
    responses: { 200: answerOf(facts), ...errorReferences(method) },
    'x-procedure': face.path,
    'x-permission': face.permission,
  };
}

function answerOf({ face, answerName }: OperationFacts): Response {
  const type = face.type === 'subscription' ? 'text/event-stream' : 'application/json';
  const schema = answerName === undefined ? {} : { $ref: refTo(answerName) };
  if (csvColumnsOf(face) === undefined) return { description: 'The answer', content: { [type]: { schema } } };
  const csv = { schema: { type: 'string', description: LIST_AS_CSV } };
  return { description: 'The answer', content: { [type]: { schema }, [CSV_TYPE]: csv } };
}

function bodyOf({ input, guide, inPath }: OperationFacts): Content {
  const schema =
    input === undefined
      ? { type: 'object' }
      : inPath === undefined
        ? { $ref: refTo(input.name) }
        : without(objectOf(input.schema), inPath.field);
  const examples = guide.examples.map(({ name, input: value, from }): [string, ExampleObject] => [
    name,
    { value: omit(value, inPath?.field), ...(from === undefined ? {} : { 'x-from': from }) },
  ]);
  return { 'application/json': { schema, examples: Object.fromEntries(examples) } };
}

function pathParameters({ inPath, input, guide }: OperationFacts): Parameter[] {
  if (inPath === undefined) return [];
  const schema = objectOf(input?.schema ?? {}).properties?.[inPath.field] ?? {};
  const examples = examplesOf(inPath.field, guide.examples);
  return [{ name: inPath.parameter, in: 'path', required: true, ...described(schema), examples }];
}

function queryParameters({ input, inPath, guide }: OperationFacts): Parameter[] {
  const { properties = {}, required = [] } = objectOf(input?.schema ?? {});
  return Object.entries(properties)
    .filter(([name]) => name !== inPath?.field)
    .map(([name, schema]): Parameter => {
      const examples = examplesOf(name, guide.examples);
      return {
        name,
        in: 'query',
        ...(required.includes(name) ? { required: true } : {}),
        ...described(schema),
        ...(Object.keys(examples).length === 0 ? {} : { examples }),
      };
    });
}

/** A nested object travels as JSON; a list repeats its parameter, which is what OpenAPI takes a list to do. */
function described(schema: JsonSchema): Pick<Parameter, 'description' | 'schema' | 'content'> {
  const { description, ...rest } = schema;
  return {
    ...(description === undefined ? {} : { description }),
    ...(typesOf(schema).has('object') ? { content: { 'application/json': { schema: rest } } } : { schema: rest }),
  };
}

function examplesOf(field: string, examples: readonly Example[]): Examples {
  const found = examples.flatMap(({ name, input, from }): [string, ExampleObject][] => {
    if (!Object.hasOwn(input, field)) return [];
    const source = from?.[field];
    return [[name, { value: input[field], ...(source === undefined ? {} : { 'x-from': source }) }]];
  });
  return Object.fromEntries(found);
}

function without(schema: JsonSchema, field: string): JsonSchema {
  return {
    ...schema,
    properties: omit(schema.properties ?? {}, field),
    required: (schema.required ?? []).filter((name) => name !== field),
  };
}

function omit<T>(record: Readonly<Record<string, T>>, field: string | undefined): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));
}
