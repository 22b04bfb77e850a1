/** Files of rows: sent in parts, checked, applied as a job. */
import {
  importAnswer,
  importCreateInput,
  importErrorPage,
  importErrorsInput,
  importGetInput,
  importListInput,
  importPage,
  importStartInput,
  importUploadInput,
} from '@granary/contracts/import';
import { procedure } from '../procedure.ts';
import { trpc } from '../trpc.ts';

export const importRouter = trpc.router({
  create: procedure('import.write')
    .input(importCreateInput)
    .output(importAnswer)
    .mutation(({ ctx, input }) => ctx.domain.imports.create(input, ctx.call)),
  upload: procedure('import.write')
    .input(importUploadInput)
    .output(importAnswer)
    .mutation(({ ctx, input }) => ctx.domain.imports.upload(input, ctx.call)),
  check: procedure('import.write')
    .input(importStartInput)
    .output(importAnswer)
    .mutation(({ ctx, input }) => ctx.domain.imports.check(input, ctx.call)),
  run: procedure('import.write')
    .input(importStartInput)
    .output(importAnswer)
    .mutation(({ ctx, input }) => ctx.domain.imports.run(input, ctx.call)),
  cancel: procedure('import.write')
    .input(importStartInput)
    .output(importAnswer)
    .mutation(({ ctx, input }) => ctx.domain.imports.cancel(input, ctx.call)),
  get: procedure('import.read')
    .input(importGetInput)
    .output(importAnswer)
    .query(({ ctx, input }) => ctx.domain.imports.get(input)),
  list: procedure('import.read')
    .input(importListInput)
    .output(importPage)
    .query(({ ctx, input }) => ctx.domain.imports.list(input)),
  errors: procedure('import.read')
    .input(importErrorsInput)
    .output(importErrorPage)
    .query(({ ctx, input }) => ctx.domain.imports.errors(input)),
});
