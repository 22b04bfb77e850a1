/** Errors in the document: the schema of every error answer, one response a status, and the table of all kinds. */
import { type ErrorKind, errorTable } from '@granary/contracts/error';
import type { ErrorRow, Examples, Reference, Response } from './document-type.ts';
import { errorGuide } from './error-guide.ts';
import { type JsonSchema, refTo } from './json-schema.ts';

const kinds = Object.keys(errorTable) as ErrorKind[]; // The table is total, so its keys are the kinds.
const codes = [...new Set(kinds.map((kind) => errorTable[kind].code))].sort();

export const ERROR_SCHEMA = 'ErrorAnswer';

export const errorRows: readonly ErrorRow[] = kinds.map((kind) => {
  const { code, http, retryable } = errorTable[kind];
  return { kind, code, http, retryable, meaning: errorGuide[kind].meaning };
});

export const errorSchema: JsonSchema = {
  type: 'object',
  description: 'The body of every error, whatever the status.',
  properties: {
    code: { type: 'string', enum: codes, description: 'Stable; several kinds may share one' },
    kind: { type: 'string', enum: kinds, description: 'What went wrong, exactly' },
    message: { type: 'string', description: 'A sentence for people' },
    details: { type: 'object', description: 'Facts of the kind; x-errors and the examples show them' },
    hint: { type: 'string', description: 'What the caller can do about it' },
    retryable: {
      type: 'boolean',
      description: 'Whether the same call, with the same idempotency key, may succeed later',
    },
  },
  required: ['code', 'kind', 'message', 'details', 'hint', 'retryable'],
};

const statuses = [...new Set(kinds.map((kind) => errorTable[kind].http))].sort((a, b) => a - b);

/** `Error422` and so on, for components/responses. */
export const errorResponses: Readonly<Record<string, Response>> = Object.fromEntries(
  statuses.map((status) => [`Error${status}`, responseOf(status)]),
);

/** Statuses that need a body, and those that need a long URL. */
const OF_BODIES = new Set([408, 413, 415]);
const OF_URLS = new Set([414]);
/** Whoever keeps to the document never meets it. */
const NEVER = new Set([405]);

export function errorReferences(method: string): Readonly<Record<string, Reference>> {
  const others = method === 'get' ? OF_BODIES : OF_URLS;
  return Object.fromEntries(
    statuses
      .filter((status) => !others.has(status) && !NEVER.has(status))
      .map((status) => [String(status), { $ref: `#/components/responses/Error${status}` }]),
  );
}

function responseOf(status: number): Response {
  const here = kinds.filter((kind) => errorTable[kind].http === status);
  const waits = here.some((kind) => 'retryAfterSeconds' in errorGuide[kind].details);
  const lines = here.map((kind) => `- ${errorTable[kind].code} \`${kind}\`: ${errorGuide[kind].meaning}`);
  const wait = { description: 'Seconds after which to come back', schema: { type: 'integer' } };
  return {
    description: lines.join('\n'),
    ...(waits ? { headers: { 'Retry-After': wait } } : {}),
    content: { 'application/json': { schema: { $ref: refTo(ERROR_SCHEMA) }, examples: examplesOf(here) } },
  };
}

function examplesOf(here: readonly ErrorKind[]): Examples {
  return Object.fromEntries(
    here.map((kind) => {
      const { code, retryable } = errorTable[kind];
      const { meaning, details } = errorGuide[kind];
      const hint = 'What the caller can do about it.';
      return [kind, { value: { code, kind, message: meaning, details, hint, retryable } }];
    }),
  );
}
