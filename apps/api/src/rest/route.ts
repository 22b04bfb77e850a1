/** Finds the procedure behind a REST path: `/v1/<router>/<procedure>`, or one of the older paths. */
import type { JsonSchema } from '../openapi/json-schema.ts';
import { jsonSchemaOf } from '../openapi/json-schema.ts';
import type { ProcedureFace } from '../openapi/procedure-face.ts';
import { malformedRequest } from '../transport-refusal.ts';
import { csvColumnsOf } from './csv-list.ts';
import { type Alias, aliases, PRODUCT_ID } from './alias.ts';
import { WHOLE_INPUT } from './query-input.ts';
import { restMethodNotAllowed, unknownRestRoute } from './refusal.ts';

export interface Match {
  readonly path: string;
  readonly type: ProcedureFace['type'];
  readonly inputSchema: JsonSchema;
  /** Of a list, as CSV. */
  readonly csvColumns: readonly string[] | undefined;
  /** What the path itself names; it belongs into the input. */
  readonly skuId: string | undefined;
}

interface Target extends Omit<Match, 'skuId'> {
  readonly methods: readonly string[];
}

const PREFIX = '/v1/';

/** Answers a function from method and raw path to the procedure; it refuses what it does not know. */
export function createRoutes(procedures: readonly ProcedureFace[]): (method: string, path: string) => Match {
  const targets = new Map(procedures.flatMap(targetOf).map((target) => [target.path, target]));
  const byPath = new Map([...targets].map(([path, target]) => [`${PREFIX}${path.replace('.', '/')}`, target]));
  // A router of a test may lack what an alias names.
  const older = aliases.flatMap((alias) => {
    const target = targets.get(alias.procedure);
    return target === undefined ? [] : [{ alias, target, segments: alias.path.split('/') }];
  });
  return (method, path) => {
    const own = byPath.get(path);
    if (own !== undefined) return { ...allowed(own, { method, methods: own.methods }), skuId: undefined };
    const segments = path.split('/');
    const found = older.filter((row) => fits(segments, row.segments));
    if (found.length === 0) throw unknownRestRoute(path);
    const chosen = found.find(({ alias }) => alias.method === method);
    if (chosen === undefined) throw restMethodNotAllowed(method, [...new Set(found.map(methodOf))]);
    return { ...chosen.target, skuId: skuIdIn(segments, chosen.segments) };
  };
}

function targetOf({ path, type, input, output }: ProcedureFace): Target[] {
  const inputSchema = input === undefined ? {} : jsonSchemaOf(input, { io: 'input' });
  if (Object.hasOwn(inputSchema.properties ?? {}, WHOLE_INPUT))
    throw new Error(`${path} has a field "${WHOLE_INPUT}", which in a query string stands for the whole input`);
  const csvColumns = csvColumnsOf({ type, input, output });
  return [{ path, type, inputSchema, csvColumns, methods: type === 'mutation' ? ['POST'] : ['GET', 'POST'] }];
}

function allowed(target: Target, { method, methods }: { method: string; methods: readonly string[] }): Target {
  if (!methods.includes(method)) throw restMethodNotAllowed(method, methods);
  return target;
}

function methodOf({ alias }: { readonly alias: Alias }): string {
  return alias.method;
}

/** Segments are compared as they were sent, so an encoded slash never makes another path. */
function fits(segments: readonly string[], pattern: readonly string[]): boolean {
  return (
    segments.length === pattern.length &&
    pattern.every((part, at) => (part === PRODUCT_ID ? segments[at] !== '' : part === segments[at]))
  );
}

function skuIdIn(segments: readonly string[], pattern: readonly string[]): string | undefined {
  const at = pattern.indexOf(PRODUCT_ID);
  if (at === -1) return undefined;
  try {
    return decodeURIComponent(segments[at] ?? '');
  } catch {
    throw malformedRequest('its path is not valid URL encoding');
  }
}
