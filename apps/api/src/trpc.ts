/** The one instance of tRPC: its context, what every procedure must declare, and how errors look. */
import type { Permission } from '@granary/contracts/permission';
import { initTRPC } from '@trpc/server';
import type { z } from 'zod';
import type { ApiContext } from './context.ts';
import { errorShape } from './error-shape.ts';
import { granaryErrorFrom } from './failure.ts';
import { MAX_DURATION_MS, PING_MS, SILENCE_MS } from './watch/watch-times.ts';

export interface ProcedureMeta {
  readonly permission: Permission;
  /** What a subscription tells, item by item; a stream has no other place for its schema. */
  readonly items?: z.ZodType;
}

export const trpc = initTRPC
  .context<ApiContext>()
  .meta<ProcedureMeta>()
  .create({
    // Stacks never leave the process, whatever NODE_ENV says.
    isDev: false,
    sse: {
      ping: { enabled: true, intervalMs: PING_MS },
      maxDurationMs: MAX_DURATION_MS,
      client: { reconnectAfterInactivityMs: SILENCE_MS },
    },
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
