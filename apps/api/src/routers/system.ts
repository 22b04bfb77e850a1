/** The process itself (is it alive, can it work, what does it know), and the jobs that look after the ledger. */
import { doctorInput } from '@granary/contracts/doctor';
import {
  job,
  jobCancelInput,
  jobGetInput,
  jobListInput,
  jobPage,
  jobStarted,
  jobStartInput,
  jobSummary,
} from '@granary/contracts/job';
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
  verify: procedure('system.jobs.run')
    .input(jobStartInput)
    .output(jobStarted)
    .mutation(({ ctx, input }) => ctx.domain.jobs.verify(input, ctx.call)),
  rebuild: procedure('system.jobs.run')
    .input(jobStartInput)
    .output(jobStarted)
    .mutation(({ ctx, input }) => ctx.domain.jobs.rebuild(input, ctx.call)),
  doctor: procedure('system.jobs.run')
    .input(doctorInput)
    .output(jobStarted)
    .mutation(({ ctx, input }) => ctx.domain.jobs.doctor(input, ctx.call)),
  prune: procedure('system.jobs.run')
    .input(jobStartInput)
    .output(jobStarted)
    .mutation(({ ctx, input }) => ctx.domain.jobs.prune(input, ctx.call)),
  cancelJob: procedure('system.jobs.run')
    .input(jobCancelInput)
    .output(jobSummary)
    .mutation(({ ctx, input }) => ctx.domain.jobs.cancelJob(input, ctx.call)),
  job: procedure('system.jobs.read')
    .input(jobGetInput)
    .output(job)
    .query(({ ctx, input }) => ctx.domain.jobs.get(input)),
  jobs: procedure('system.jobs.read')
    .input(jobListInput)
    .output(jobPage)
    .query(({ ctx, input }) => ctx.domain.jobs.list(input)),
});
