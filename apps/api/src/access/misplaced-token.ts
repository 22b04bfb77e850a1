/**
 * Tokens belong into one header. What stands in an input is kept, listed and told to others, so an input that holds a
 * whole token is refused before anything looks at it, and without repeating it.
 */
import { invalidInput } from '../input-issues.ts';

/** Its whole shape, wherever it stands in a text. */
const TOKEN = /gk_[0-7][0-9A-HJKMNP-TV-Z]{25}_[A-Za-z0-9_-]{43}/;
const MESSAGE =
  'holds a token, which belongs into the header Authorization alone; withdraw it if others may have seen it';

export function refuseMisplacedToken(input: unknown): void {
  const path = pathOfToken(input);
  if (path !== undefined) throw invalidInput([{ path: path.join('.'), message: MESSAGE }]);
}

/** The path of the field that holds one; of a field that is named by one, the path to what has that field. */
function pathOfToken(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return TOKEN.test(value) ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (TOKEN.test(name)) return [];
    const path = pathOfToken(inner);
    if (path !== undefined) return [name, ...path];
  }
  return undefined;
}
