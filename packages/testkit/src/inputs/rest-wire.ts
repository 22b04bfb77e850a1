/**
 * The same calls through the REST door. What only looks goes as a GET, its input in the query: field by field where a text
 * can stand there for itself, else whole, as JSON; what no URL can hold goes as a POST.
 */
import { answerOf, at, type Send } from './wire.ts';

/** Well under what servers take as a request line. */
const LONGEST_QUERY = 12_000;

export interface RestDoor {
  readonly url: string;
  readonly isQuery: (procedure: string) => boolean;
}

export function restSender({ url, isQuery }: RestDoor): Send {
  return async (procedure, body) => {
    const address = `${url}/v1/${procedure.replace('.', '/')}`;
    const query = isQuery(procedure) ? queryOf(body) : undefined;
    const isGet = query !== undefined && query.length <= LONGEST_QUERY;
    const begun = performance.now();
    const response = isGet
      ? await fetch(`${address}?${query}`)
      : await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return await answerOf(response, begun, (parsed) =>
      response.status === 200 ? { data: parsed, error: undefined } : { data: undefined, error: parsed },
    );
  };
}

/** Field by field when all of it survives that: numbers and flags where the input has them, texts as they are. */
export function queryOf(body: string): string {
  return fieldByField(body) ?? `input=${encodeURIComponent(body)}`;
}

function fieldByField(body: string): string | undefined {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
    const pairs = Object.keys(input).map((name) => {
      const value = at(input, [name]);
      // Written back it must be the very same: -0, 1e2 and 1.0000000000000001 are looked at as they were written.
      if (!body.includes(JSON.stringify(value))) throw new TypeError('it is written in another form');
      return `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value))}`;
    });
    return pairs.join('&');
  } catch {
    // No JSON, a half of a surrogate pair, or a value that a query cannot say.
    return undefined;
  }
}

/** A text of digits stands for itself only where a text is expected, so a field of another kind goes with the whole. */
function textOf(value: unknown): string {
  if (typeof value === 'string' && !SAYS_SOMETHING_ELSE.test(value)) return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string'))
    return JSON.stringify(value);
  throw new TypeError('a query cannot say this');
}

/** What a query says of a number, a flag or a list; as a text it is sent within the whole input. */
const SAYS_SOMETHING_ELSE = /^(?:\[.*|true|false|null|-?\d.*|)$/s;
