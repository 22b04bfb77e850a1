/** Turns a document into the requests that its examples describe, in its own order, as a stranger with nothing else would. */
import { type Answer, ask, JSON_TYPE, pick } from '../../testing/stub-api.ts';
import type { ExampleObject, OpenapiDocument, Operation, Parameter } from '../document-type.ts';
import { operationsOf } from '../narrowing.ts';
import { resolved } from '../reference.ts';

export interface ExampleRequest {
  readonly what: string;
  readonly procedure: string;
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly example: ExampleObject }[];
  readonly body: ExampleObject | undefined;
}

export function requestsOf(document: OpenapiDocument): ExampleRequest[] {
  return operationsOf(document).flatMap(({ path, method, operation }) => {
    if ('text/event-stream' in contentOf(operation)) return [];
    const parameters = (operation.parameters ?? []).map((given) => resolved<Parameter>(document, given));
    const bodies = operation.requestBody?.content['application/json']?.examples;
    const names = new Set([
      ...parameters.flatMap(({ examples = {} }) => Object.keys(examples)),
      ...Object.keys(bodies ?? {}),
    ]);
    // An operation that needs nothing is sent as it is.
    if (names.size === 0 && operation.requestBody === undefined) names.add('nothing');
    return [...names].map((name) => ({
      what: `${method.toUpperCase()} ${path} (${name})`,
      procedure: operation['x-procedure'],
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path,
      parameters: parameters.flatMap((parameter) => {
        const example = parameter.examples?.[name];
        return example === undefined ? [] : [{ in: parameter.in, name: parameter.name, example }];
      }),
      body: bodies?.[name],
    }));
  });
}

function contentOf({ responses }: Operation): object {
  const answer = responses['200'];
  return answer !== undefined && 'content' in answer ? (answer.content ?? {}) : {};
}

/** Answers to earlier procedures, from which ids are taken as `x-from` says. */
export type Earlier = ReadonlyMap<string, unknown>;

/** Sends one. `key` is its idempotency key, where it has one. */
export function send(
  url: string,
  request: ExampleRequest,
  { earlier, key }: { earlier: Earlier; key?: string },
): Promise<Answer> {
  const parameters = request.parameters.map(({ example, ...place }) => {
    const from = example['x-from'];
    return { ...place, value: typeof from === 'string' ? found(from, earlier) : example.value };
  });
  let path = request.path;
  const query = new URLSearchParams();
  for (const { in: place, name, value } of parameters) {
    if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(String(value)));
    else for (const item of Array.isArray(value) ? value : [value]) query.append(name, textOf(item));
  }
  const keyed = key === undefined ? {} : { 'idempotency-key': key };
  return ask(`${url}${path}${query.size === 0 ? '' : `?${query.toString()}`}`, {
    method: request.method,
    ...(request.body === undefined
      ? {}
      : { headers: { ...JSON_TYPE, ...keyed }, body: JSON.stringify(bodyOf(request, earlier)) }),
  });
}

export function bodyOf({ body }: ExampleRequest, earlier: Earlier): unknown {
  return withIds(body?.value, (body?.['x-from'] ?? {}) as Record<string, string>, earlier);
}

/** An example in which the ids of earlier answers stand where `from` says. */
export function withIds(example: unknown, from: Readonly<Record<string, string>>, earlier: Earlier): unknown {
  return Object.entries(from).reduce<unknown>(
    (value, [field, source]) => put(value, field.split('/'), found(source, earlier)),
    example,
  );
}

/** The same value with another one at a place: `batches/0/batchId`. */
function put(value: unknown, [part, ...rest]: readonly string[], inner: unknown): unknown {
  if (part === undefined) return inner;
  const replaced = put(pick(value, part), rest, inner);
  if (Array.isArray(value)) return value.map((each: unknown, at) => (String(at) === part ? replaced : each));
  return { ...(value as object), [part]: replaced };
}

/** `batch.create#/batchId` */
function found(source: string, earlier: Earlier): unknown {
  const [procedure = '', pointer = ''] = source.split('#/');
  let value = earlier.get(procedure);
  for (const part of pointer.split('/')) value = pick(value, part);
  return value;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
