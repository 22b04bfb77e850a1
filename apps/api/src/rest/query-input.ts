/**
 * Reads the query string of a GET into the input of a procedure. The schema says what a text stands for; a text that does
 * not stand for it is left as it is, so that the schema itself refuses it with its path (INV_005), as it would in JSON.
 */
import { type JsonSchema, objectOf, typeOfValue, typesOf } from '../openapi/json-schema.ts';
import { decoded, tooDeep } from '../request-guard.ts';
import { isTooDeep } from '../json-depth.ts';
import { malformedRequest } from '../transport-refusal.ts';

/** The one parameter that may stand for all others: the whole input as JSON. */
export const WHOLE_INPUT = 'input';

export function inputFromQuery(query: string, input: JsonSchema): unknown {
  const given = parametersOf(query);
  const whole = given.get(WHOLE_INPUT);
  if (whole !== undefined) return wholeInput(whole, given.size);
  const { properties = {} } = objectOf(input);
  return Object.fromEntries(
    [...given].map(([name, values]) => [
      name,
      valueOf(values, Object.hasOwn(properties, name) ? properties[name] : {}),
    ]),
  );
}

function wholeInput([text = '', ...more]: readonly string[], names: number): unknown {
  if (more.length > 0) throw malformedRequest(`the query names ${WHOLE_INPUT} more than once`);
  if (names > 1) throw malformedRequest(`the query names ${WHOLE_INPUT} and other parameters: use either`);
  if (isTooDeep(text)) throw tooDeep();
  try {
    return JSON.parse(text);
  } catch {
    throw malformedRequest('it is not valid JSON');
  }
}

/** Names and values in order, decoded once. */
function parametersOf(query: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [name = '', ...rest] = pair.split('=');
    const key = decoded(name, 'the query');
    // A name made up by the caller may be anything, so it is not quoted.
    const value = decoded(rest.join('='), 'a query parameter');
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  return found;
}

function valueOf(values: readonly string[], schema: JsonSchema = {}): unknown {
  const types = typesOf(schema);
  if (types.has('array') && !types.has('string')) return arrayOf(values, schema);
  // A scalar given twice is left a list: the schema then says that it expected one value.
  return values.length === 1 ? scalarOf(values[0] ?? '', types) : values;
}

/** `skuIds=A&skuIds=B`, or `skuIds=["A","B"]`; a comma is a part of an identifier like any other character. */
function arrayOf(values: readonly string[], schema: JsonSchema): unknown {
  const [only = ''] = values;
  if (values.length === 1 && only.startsWith('[')) {
    const list = jsonIn(only);
    if (Array.isArray(list)) return list;
  }
  const itemTypes = typesOf(itemsOf(schema));
  return values.map((value) => scalarOf(value, itemTypes));
}

function itemsOf(schema: JsonSchema): JsonSchema {
  return schema.items ?? schema.anyOf?.find((branch) => branch.type === 'array')?.items ?? {};
}

function scalarOf(text: string, types: ReadonlySet<string>): unknown {
  if (types.has('string') || types.size === 0) return text;
  const value = jsonIn(text);
  const type = typeOfValue(value);
  return types.has(type) || (type === 'number' && types.has('integer')) ? value : text;
}

function jsonIn(text: string): unknown {
  if (isTooDeep(text)) throw tooDeep();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
