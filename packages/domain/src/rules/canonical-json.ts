/** JSON with sorted keys and without undefined: equal requests have equal texts, and unequal ones a first difference. */

export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // Made of every call, and so without a list of pairs.
  const fields = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(fields).toSorted()) {
    const field = fields[key];
    if (field !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(field)}`;
  }
  return `{${text}}`;
}

/** The path of the first field that differs, in the order of sorted keys; undefined when none does. */
export function firstDifference(a: unknown, b: unknown, path = ''): string | undefined {
  if (canonicalJson(a) === canonicalJson(b)) return undefined;
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return path || 'request';
  const left = new Map<string, unknown>(Object.entries(a));
  const right = new Map<string, unknown>(Object.entries(b));
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  // The places of a list are in order as they come; sorted as text, 10 would go before 2.
  for (const key of Array.isArray(a) && Array.isArray(b) ? keys : keys.toSorted()) {
    const here = path === '' ? key : `${path}.${key}`;
    const difference = firstDifference(left.get(key), right.get(key), here);
    if (difference !== undefined) return difference;
    // Null was said, what is left out was not.
    if (isSaid(left, key) !== isSaid(right, key)) return here;
  }
  return path || 'request';
}

function isSaid(fields: ReadonlyMap<string, unknown>, key: string): boolean {
  return fields.has(key) && fields.get(key) !== undefined;
}
