/** Compares two documents: what a caller who was written against the old one would stumble over in the new one. */
import type { Content, Method, OpenapiDocument, Operation, Parameter, Response } from './document-type.ts';
import type { JsonSchema } from './json-schema.ts';
import { resolved } from './reference.ts';
import { schemaNarrowings } from './schema-narrowing.ts';

/** Empty when the change only adds. Each line names the operation and the place. */
export function narrowings(before: OpenapiDocument, after: OpenapiDocument): string[] {
  const found = operationsOf(before).flatMap(({ path, method, operation }) => {
    const where = `${method.toUpperCase()} ${path}`;
    const now = after.paths[path]?.[method];
    if (now === undefined) return [`${where}: is gone`];
    return operationNarrowings({ where, before: [before, operation], after: [after, now] });
  });
  const kinds = new Map(after['x-errors'].map((row) => [row.kind, row]));
  const errors = before['x-errors'].flatMap(({ kind, code, http, retryable }) => {
    const now = kinds.get(kind);
    if (now === undefined) return [`error ${kind}: is gone`];
    const same = now.code === code && now.http === http && now.retryable === retryable;
    return same ? [] : [`error ${kind}: has another code, status or answer to whether a repeat helps`];
  });
  return [...found, ...errors];
}

export function operationsOf({
  paths,
}: OpenapiDocument): { readonly path: string; readonly method: Method; readonly operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    // A path item of ours holds methods and nothing else.
    (Object.entries(item) as [Method, Operation][]).map(([method, operation]) => ({ path, method, operation })),
  );
}

interface OperationChange {
  readonly where: string;
  readonly before: readonly [OpenapiDocument, Operation];
  readonly after: readonly [OpenapiDocument, Operation];
}

function operationNarrowings({ where, before, after }: OperationChange): string[] {
  const [[oldDocument, old], [newDocument, now]] = [before, after];
  const schemas = (place: string, io: 'input' | 'output') => (oldSchema: JsonSchema, newSchema: JsonSchema) =>
    schemaNarrowings({
      io,
      where: `${where} ${place}`,
      before: { document: oldDocument, schema: oldSchema },
      after: { document: newDocument, schema: newSchema },
    });
  const names = (['operationId', 'x-procedure', 'x-permission'] as const)
    .filter((name) => old[name] !== now[name])
    .map((name) => `${where}: ${name} was ${old[name]}, is ${now[name]}`);
  const body = old.requestBody === undefined ? [] : bodyNarrowings(where, [old, now], schemas('body', 'input'));
  const demanded =
    old.requestBody === undefined && now.requestBody !== undefined ? [`${where}: a body is now required`] : [];
  const responses = Object.entries(old.responses).flatMap(([status, given]) => {
    const young = now.responses[status];
    if (young === undefined) return [`${where}: the answer ${status} is gone`];
    const [oldAnswer, newAnswer] = [resolved<Response>(oldDocument, given), resolved<Response>(newDocument, young)];
    return contentNarrowings([oldAnswer.content, newAnswer.content], `${where} ${status}`, schemas(status, 'output'));
  });
  return [...names, ...parameterNarrowings(where, before, after), ...body, ...demanded, ...responses];
}

type Compare = (before: JsonSchema, after: JsonSchema) => string[];

function bodyNarrowings(where: string, [old, now]: readonly [Operation, Operation], compare: Compare): string[] {
  return contentNarrowings([old.requestBody?.content, now.requestBody?.content], `${where} body`, compare);
}

function contentNarrowings(
  [before = {}, after = {}]: readonly [Content | undefined, Content | undefined],
  where: string,
  compare: Compare,
): string[] {
  return Object.entries(before).flatMap(([type, { schema }]) => {
    const now = after[type];
    return now === undefined ? [`${where}: ${type} is gone`] : compare(schema, now.schema);
  });
}

function parameterNarrowings(
  where: string,
  [oldDocument, old]: OperationChange['before'],
  [newDocument, now]: OperationChange['after'],
): string[] {
  const before = parametersOf(oldDocument, old);
  const after = parametersOf(newDocument, now);
  const changed = [...before].flatMap(([key, parameter]) => {
    const young = after.get(key);
    if (young === undefined) return [`${where} ${key}: the parameter is gone`];
    const demanded = young.required === true && parameter.required !== true;
    return [
      ...(demanded ? [`${where} ${key}: is now required`] : []),
      ...schemaNarrowings({
        io: 'input',
        where: `${where} ${key}`,
        before: { document: oldDocument, schema: schemaIn(parameter) },
        after: { document: newDocument, schema: schemaIn(young) },
      }),
    ];
  });
  const added = [...after].filter(([key, { required }]) => required === true && !before.has(key));
  return [...changed, ...added.map(([key]) => `${where} ${key}: is new and required`)];
}

function parametersOf(document: OpenapiDocument, { parameters = [] }: Operation): ReadonlyMap<string, Parameter> {
  const all = parameters.map((given) => resolved<Parameter>(document, given));
  return new Map(all.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
}

function schemaIn({ schema, content }: Parameter): JsonSchema {
  return schema ?? content?.['application/json']?.schema ?? {};
}
