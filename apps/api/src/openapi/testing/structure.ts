/** Looks for what makes an OpenAPI 3.1 document unsound: references that lead nowhere, parameters that fit no path… */
import type { Method, OpenapiDocument, Operation, Parameter } from '../document-type.ts';
import { resolved } from '../reference.ts';

const METHODS = new Set(['get', 'post', 'put']);
const PLACES = new Set(['query', 'path', 'header']);
const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
const NAME = /^[a-zA-Z0-9._-]+$/;

/** One sentence a problem; none when the document is sound. */
export function problemsOf(document: OpenapiDocument): string[] {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    (Object.entries(item) as [Method, Operation][]).map(([method, operation]) => ({ path, method, operation })),
  );
  const ids = operations.map(({ operation }) => operation.operationId);
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at);
  const tags = new Set(document.tags.map(({ name }) => name));
  const templates = Object.keys(document.paths).map((path) => path.replace(/\{[^}]+\}/g, '{}'));
  return [
    ...twice.map((id) => `the operationId ${id} is given twice`),
    ...templates.filter((path, at) => templates.indexOf(path) !== at).map((path) => `the path ${path} is given twice`),
    ...operations.flatMap(({ path, method, operation }) => [
      ...(METHODS.has(method) ? [] : [`${path}: no method ${method}`]),
      ...(operation.tags ?? []).filter((tag) => !tags.has(tag)).map((tag) => `${path}: the tag ${tag} is not declared`),
      ...operationProblems(document, { where: `${method} ${path}`, path, method, operation }),
    ]),
    ...Object.keys({ ...document.components.schemas, ...document.components.responses })
      .filter((name) => !NAME.test(name))
      .map((name) => `the component ${name} has a bad name`),
    ...schemaProblems(document, document, '#'),
  ];
}

interface Place {
  readonly where: string;
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function operationProblems(document: OpenapiDocument, { where, path, method, operation }: Place): string[] {
  const parameters = (operation.parameters ?? []).map((given) => resolved<Parameter>(document, given));
  const keys = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const wanted = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  return [
    ...(path.startsWith('/') ? [] : [`${where}: the path does not begin with /`]),
    ...(NAME.test(operation.operationId) ? [] : [`${where}: bad operationId`]),
    ...(Object.keys(operation.responses).length > 0 ? [] : [`${where}: no responses`]),
    ...Object.keys(operation.responses)
      .filter((status) => !/^[1-5]\d\d$/.test(status))
      .map((status) => `${where}: ${status} is no status`),
    ...Object.values(operation.responses).flatMap((given) =>
      '$ref' in given || given.description !== '' ? [] : [`${where}: an answer without description`],
    ),
    ...keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${where}: ${key} is given twice`),
    ...parameters.flatMap((parameter) => [
      ...(PLACES.has(parameter.in) ? [] : [`${where}: a parameter in ${parameter.in}`]),
      ...((parameter.schema === undefined) === (parameter.content === undefined)
        ? [`${where}: ${parameter.name} needs either schema or content`]
        : []),
    ]),
    ...wanted
      .filter((name) => !inPath.some((parameter) => parameter.name === name && parameter.required === true))
      .map((name) => `${where}: the path has {${name}}, the parameters have not`),
    ...inPath
      .filter(({ name }) => !wanted.includes(name))
      .map(({ name }) => `${where}: the parameters have {${name}}, the path has not`),
    ...(method === 'get' && operation.requestBody !== undefined ? [`${where}: a GET with a body`] : []),
  ];
}

/** Walks everything: whatever has a $ref must lead somewhere, whatever looks like a schema must be one. */
function schemaProblems(document: OpenapiDocument, node: unknown, where: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const record = node as Readonly<Record<string, unknown>>;
  const own: string[] = [];
  const { $ref, type, required, properties } = record;
  if (typeof $ref === 'string' && Object.keys(resolved(document, { $ref })).length === 0)
    own.push(`${where}: ${$ref} leads nowhere`);
  // Values of examples and the names of fields are not keywords, and a security scheme has types of its own.
  const isSchema = !/\/securitySchemes\/|\/(?:properties|examples|value|details|default|x-from)$|\/value\//.test(where);
  if (isSchema && (typeof type === 'string' || Array.isArray(type)))
    for (const name of [type].flat()) if (!TYPES.has(String(name))) own.push(`${where}: ${String(name)} is no type`);
  if (isSchema && Array.isArray(required))
    for (const name of required)
      if (typeof properties !== 'object' || properties === null || !Object.hasOwn(properties, String(name)))
        own.push(`${where}: required ${String(name)} is no property`);
  return [
    ...own,
    ...Object.entries(record).flatMap(([key, value]) => schemaProblems(document, value, `${where}/${key}`)),
  ];
}
