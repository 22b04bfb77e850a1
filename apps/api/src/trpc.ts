/** The one instance of tRPC: its context, what every procedure must declare, and how errors look. */
import type { Permission } from '@granary/contracts/permission';
import { initTRPC } from '@trpc/server';
import type { ApiContext } from './context.ts';
import { errorShape } from './error-shape.ts';
import { granaryErrorFrom } from './failure.ts';

export interface ProcedureMeta {
  readonly permission: Permission;
}

export const trpc = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    // Stacks never leave the process, whatever NODE_ENV says.
    isDev: false,
    errorFormatter: ({ error, ctx, path, type }) =>
      errorShape(
        granaryErrorFrom(error, {
          requestId: ctx?.call.caller.requestId ?? 'unknown',
          method: ctx?.method,
          path,
          isMutation: type === 'mutation',
        }),
      ),
  });
