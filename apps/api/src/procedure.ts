/** The only way to make a procedure: it names its permission, and nobody passes who may not. */
import { GranaryError } from '@granary/contracts/error';
import type { Permission } from '@granary/contracts/permission';
import { traced } from '@granary/domain/ports/tracer';
import type { TRPCError } from '@trpc/server';
import type { z } from 'zod';
import { recordDenial } from './access/denial-record.ts';
import { refuseMisplacedToken } from './access/misplaced-token.ts';
import type { ApiContext } from './context.ts';
import { granaryErrorFrom } from './failure.ts';
import { malformedRequest } from './transport-refusal.ts';
import { type ProcedureMeta, trpc } from './trpc.ts';

export function procedure(permission: Permission) {
  return trpc.procedure.meta({ permission }).use(recorded).use(guarded);
}

/** A procedure that goes on telling: its resolver refuses before it answers a stream, and `items` is the schema of each item. */
export function subscription(permission: Permission, items: z.ZodType) {
  return procedure(permission).meta({ permission, items });
}

/** Outermost, so that it sees whoever refuses: the table of roles, a scope, or the engine. */
const recorded = trpc.middleware(async ({ ctx, path, type, getRawInput, next }) => {
  const startedAt = performance.now();
  const { requestId, actor } = ctx.call.caller;
  const result = await traced(ctx.tracer, { name: path, facts: { requestId, actor } }, next);
  const ms = performance.now() - startedAt;
  ctx.countCall?.({ procedure: path, type, outcome: outcomeOf(result), ms, requestId, actor });
  if (!result.ok) await recordDenial(result.error.cause, { ctx, procedure: path, getRawInput });
  return result;
});

function outcomeOf(result: { readonly ok: true } | { readonly ok: false; readonly error: TRPCError }) {
  return result.ok ? 'ok' : granaryErrorFrom(result.error, { requestId: 'unknown' }).kind;
}

/** In one step, as each step of tRPC copies the call: permission, then the key of the header, then tokens in the wrong place. */
const guarded = trpc.middleware(async ({ ctx, meta, type, getRawInput, next }) => {
  refuseUnpermitted(ctx, meta);
  const given = await getRawInput();
  const { idempotencyKey } = ctx;
  const input = type === 'mutation' && idempotencyKey !== undefined ? withKey(given, idempotencyKey) : given;
  refuseMisplacedToken(input);
  return next({ getRawInput: () => Promise.resolve(input) });
});

/** Default deny: a procedure without a permission is refused to everybody (and stops the start, see permission-walk.ts). */
function refuseUnpermitted({ principal }: ApiContext, meta: ProcedureMeta | undefined): void {
  if (meta !== undefined && principal.may(meta.permission)) return;
  throw new GranaryError('notPermitted', {
    message: 'This call is not permitted.',
    hint: 'Ask an administrator for the permission named in details.',
    details: { permission: meta?.permission ?? 'none declared' },
  });
}

/** Puts the header's idempotency key into the input, so that it is checked and used like any other. */
function withKey(input: unknown, idempotencyKey: string): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if ('idempotencyKey' in input && input.idempotencyKey !== undefined && input.idempotencyKey !== idempotencyKey) {
    throw malformedRequest('the header Idempotency-Key and the input name different keys');
  }
  return { ...input, idempotencyKey };
}
