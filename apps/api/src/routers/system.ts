/** The process itself: is it alive, can it work, what does it know. */
import { systemHealth, systemReadiness, systemStrategies } from '@granary/contracts/system';
import { z } from 'zod';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

/** Nothing to say; still strict, so that a misplaced field is told. */
const nothing = z.strictObject({}).nullish();

export const systemRouter = trpc.router({
  health: procedure('system.health')
    .input(nothing)
    .output(systemHealth)
    .query(({ ctx }) => ({ status: ctx.process.isDraining() ? 'draining' : 'ok', version: ctx.process.version })),
  readiness: procedure('system.read')
    .input(nothing)
    .output(systemReadiness)
    .query(({ ctx }) => ctx.process.readiness()),
  strategies: procedure('system.read')
    .input(nothing)
    .output(systemStrategies)
    .query(({ ctx }) => ({
      strategies: [...ctx.domain.strategies.names()],
      defaultStrategy: ctx.process.defaultStrategy,
    })),
});
