/** The audit: who did what, from where, what it changed, and what was refused. */
import { auditGetInput, auditPage, auditRecord, auditSearchInput } from '@granary/contracts/audit';
import { jobStarted, jobStartInput } from '@granary/contracts/job';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const auditRouter = trpc.router({
  search: procedure('audit.read')
    .input(auditSearchInput)
    .output(auditPage)
    .query(({ ctx, input }) => ctx.domain.audit.search(input)),
  get: procedure('audit.read')
    .input(auditGetInput)
    .output(auditRecord)
    .query(({ ctx, input }) => ctx.domain.audit.get(input)),
  verify: procedure('system.jobs.run')
    .input(jobStartInput)
    .output(jobStarted)
    .mutation(({ ctx, input }) => ctx.domain.audit.verify(input, ctx.call)),
});
