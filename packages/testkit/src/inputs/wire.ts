/** Sends a call as raw bytes over real HTTP, and looks at what comes back the way a stranger would. */
import type { FieldPath } from './schema-fields.ts';

export interface WireAnswer {
  readonly status: number;
  /** INV_…, or '' when it succeeded. */
  readonly code: string;
  /** Paths of the issues of INV_005. */
  readonly issuePaths: readonly string[];
  readonly data: unknown;
  readonly text: string;
  readonly headers: Headers;
  readonly ms: number;
}

export type Send = (procedure: string, body: string) => Promise<WireAnswer>;

export function sender(url: string): Send {
  return async (procedure, body) => {
    const begun = performance.now();
    // A query may come as a POST, too: only so can a value that is no JSON be sent.
    const response = await fetch(`${url}/trpc/${procedure}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return await answerOf(response, begun, (parsed) => ({
      data: at(parsed, ['result', 'data']),
      error: at(parsed, ['error', 'data']),
    }));
  };
}

/** Reads an answer; `open` takes it out of the envelope of its door. */
export async function answerOf(
  response: Response,
  begun: number,
  open: (parsed: unknown) => { readonly data: unknown; readonly error: unknown },
): Promise<WireAnswer> {
  const text = await response.text();
  const ms = performance.now() - begun;
  const { data, error } = open(parse(text));
  const issues = at(error, ['details', 'issues']);
  return {
    status: response.status,
    code: typeof at(error, ['code']) === 'string' ? String(at(error, ['code'])) : '',
    issuePaths: Array.isArray(issues) ? issues.map((issue) => String(at(issue, ['path']))) : [],
    ...{ data, text, headers: response.headers, ms },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function at(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (node, part) =>
      typeof node === 'object' && node !== null ? (node as Record<string | number, unknown>)[part] : undefined,
    value,
  );
}

const MARK = '\uf8ff put the raw value here \uf8ff';

/** The JSON text of an input with one value in it replaced by raw text, which need not be JSON; the empty path is the whole of it. */
export function bodyWith(input: unknown, path: FieldPath, raw: string): string {
  const last = path.at(-1);
  if (last === undefined) return raw;
  const copy = structuredClone(input);
  const parent = at(copy, path.slice(0, -1));
  if (typeof parent !== 'object' || parent === null)
    throw new Error(`there is no place ${path.join('.')} in the valid call`);
  (parent as Record<string | number, unknown>)[last] = MARK;
  const [before = '', after = ''] = JSON.stringify(copy).split(JSON.stringify(MARK));
  return `${before}${raw}${after}`;
}

const LEAKS: readonly RegExp[] = [
  /\bat [^\n"]*:\d+:\d+\)?/,
  /node_modules|file:\/\/\//,
  /\/(?:usr|home|root|work|app|srv)\/\w/,
  /\.(?:ts|js|mjs):\d+/,
  /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\s+[`\w]+\s*(?:FROM|SET|WHERE|VALUES|\()/i,
  /\bER_[A-Z_]{3,}|sqlMessage|QueryFailedError|errno/,
];

const LONGEST_ECHO = 100;

/** Names what an answer tells that no caller may see: a stack, SQL, a path, or a long piece of the input. */
export function leaksOf(answer: WireAnswer, raw: string): string[] {
  const found = LEAKS.filter((pattern) => pattern.test(answer.text)).map(
    (pattern) => `the answer matches ${pattern.source}`,
  );
  // Characters, not code units; of a long value the beginning is enough to know it by.
  const characters = Array.from(raw.slice(0, 1000));
  const inside = characters.slice(1, 2 + LONGEST_ECHO).join('');
  if (answer.status !== 200 && characters.length > LONGEST_ECHO + 2 && answer.text.includes(inside))
    found.push('the answer echoes more than 100 characters of the input');
  if (answer.headers.has('set-cookie')) found.push('the answer sets a cookie');
  return found;
}
