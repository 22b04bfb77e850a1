/** The only way to make a procedure: it names its permission, and nobody passes who may not. */
import { GranaryError } from '@granary/contracts/error';
import type { Permission } from '@granary/contracts/permission';
import type { z } from 'zod';
import { recordDenial } from './access/denial-record.ts';
import { refuseMisplacedToken } from './access/misplaced-token.ts';
import { malformedRequest } from './transport-refusal.ts';
import { trpc } from './trpc.ts';

export function procedure(permission: Permission) {
  return trpc.procedure.meta({ permission }).use(recorded).use(permitted).use(keyed).use(tokenless);
}

/** A procedure that goes on telling: its resolver refuses before it answers a stream, and `items` is the schema of each item. */
export function subscription(permission: Permission, items: z.ZodType) {
  return procedure(permission).meta({ permission, items });
}

/** Outermost, so that it sees whoever refuses: the table of roles, a scope, or the engine. */
const recorded = trpc.middleware(async ({ ctx, path, getRawInput, next }) => {
  const result = await next();
  if (!result.ok) await recordDenial(result.error.cause, { ctx, procedure: path, getRawInput });
  return result;
});

/** Default deny: a procedure without a permission is refused to everybody (and stops the start, see permission-walk.ts). */
const permitted = trpc.middleware(({ ctx, meta, next }) => {
  if (meta === undefined || !ctx.principal.may(meta.permission)) {
    throw new GranaryError('notPermitted', {
      message: 'This call is not permitted.',
      hint: 'Ask an administrator for the permission named in details.',
      details: { permission: meta?.permission ?? 'none declared' },
    });
  }
  return next();
});

/** Puts the header's idempotency key into the input, so that it is checked and used like any other. */
const keyed = trpc.middleware(async ({ ctx, type, getRawInput, next }) => {
  const { idempotencyKey } = ctx;
  if (type !== 'mutation' || idempotencyKey === undefined) return next();
  return next({ getRawInput: async () => withKey(await getRawInput(), idempotencyKey) });
});

const tokenless = trpc.middleware(async ({ getRawInput, next }) => {
  refuseMisplacedToken(await getRawInput());
  return next();
});

function withKey(input: unknown, idempotencyKey: string): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  if ('idempotencyKey' in input && input.idempotencyKey !== undefined && input.idempotencyKey !== idempotencyKey) {
    throw malformedRequest('the header Idempotency-Key and the input name different keys');
  }
  return { ...input, idempotencyKey };
}
