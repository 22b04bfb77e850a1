/** Takes secrets out of what is about to be logged: by the name of a field, and by their look inside any text. */

const SECRET_FIELD = /password|passwd|secret|authorization|cookie|(^|[_-])token$|token$|api[_-]?key$/i;
const HIDDEN = '***';
const MAX_DEPTH = 6;
const MAX_ITEMS = 100;
const MAX_TEXT = 10_000;

/** A copy of the value that is safe to log: bounded in depth and size, with errors spelt out and secrets replaced. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return String(value.toString()).slice(0, MAX_ITEMS);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
  return redactFields(value, depth);
}

/** Hides the credentials of URLs, API tokens, secrets of webhooks and bearer headers wherever they stand in a text. */
export function redactText(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/\b(mysql|mariadb|rediss?(?:\+sentinel)?):\/\/\S*@/gi, `$1://${HIDDEN}@`)
    .replace(/:\/\/[^\s/@]+@/g, `://${HIDDEN}@`)
    .replace(/gk_([A-Za-z0-9]+)_[A-Za-z0-9_-]+/g, `gk_$1_${HIDDEN}`)
    .replace(/whsec_[A-Za-z0-9+/_-]+=*/g, `whsec_${HIDDEN}`)
    .replace(/\b(Bearer|Basic)\s+[^\s"',]+/gi, `$1 ${HIDDEN}`);
}

function redactFields(value: object, depth: number): Record<string, unknown> {
  const fields = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(
    fields.map(([name, field]) => [
      redactText(name),
      SECRET_FIELD.test(name) && field !== null && field !== undefined ? HIDDEN : redact(field, depth + 1),
    ]),
  );
}

/**
 * The parameters of a failed statement, and the driver's copy of it with them filled in, are left out: they are the
 * customer's data, and the statement's text says enough.
 */
const UNTOLD = new Set(['parameters', 'sql', 'driverError']);

/** Many rows at once are written with their values in the statement's text. */
function masked(query: unknown): unknown {
  return typeof query === 'string' ? query.slice(0, MAX_TEXT).replace(/'(?:[^'\\]|\\.|'')*(?:'|$)/gs, '?') : query;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const told = Object.entries(error).filter(([name]) => !UNTOLD.has(name));
  const own = Object.fromEntries(told.map(([name, field]) => [name, name === 'query' ? masked(field) : field]));
  return {
    ...redactFields(own, depth),
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}
