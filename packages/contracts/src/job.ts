/** Jobs: whatever can take longer than a call (SPEC section 7). A call starts one and answers its id; the workers run it, chunk by chunk. */
import { z } from 'zod';
import { mutation } from './command.ts';
import { id } from './identifier.ts';
import { moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';

/** Of each kind at most one job is queued or running at a time. */
export const jobKinds = ['verify', 'rebuild', 'doctor', 'prune', 'snapshot', 'import', 'audit'] as const;
export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

export const jobKind = z.enum(jobKinds).meta({ description: 'What the job does', examples: ['verify'] });
export const jobState = z.enum(jobStates).meta({ description: 'Where the job stands', examples: ['running'] });

export const jobStartInput = mutation({});
export const jobGetInput = z.strictObject({ id });
export const jobCancelInput = mutation({ id });
export const jobListInput = z.strictObject({ kind: jobKind.optional(), state: jobState.optional(), ...pageFields });

export const jobStarted = z.strictObject({
  id: z.string(),
  isNew: z
    .boolean()
    .meta({ description: 'False when a job of this kind was queued or running already: this is its id' }),
});

/** The shape of every error that crosses the wire; never a stack. */
export const jobError = z.strictObject({
  code: z.string(),
  kind: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
  hint: z.string(),
  retryable: z.boolean(),
});

export const jobSummary = z.strictObject({
  id: z.string(),
  kind: jobKind,
  state: jobState,
  isCancelRequested: z.boolean(),
  input: z.record(z.string(), z.unknown()),
  done: z.number().int().meta({ description: 'How much of `total` is done; never falls' }),
  total: z.number().int().nullable().meta({ description: 'Counted when the job begins; null before' }),
  rows: z.number().int().meta({ description: 'Rows looked at so far' }),
  error: jobError.nullable(),
  requestedBy: z.string(),
  commandId: z.string(),
  requestedAt: moment,
  startedAt: moment.nullable(),
  progressAt: moment.nullable(),
  endedAt: moment.nullable(),
});

export const job = jobSummary.extend({
  report: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'What was found, so far while it runs; at most 1000 findings are kept' }),
});
export const jobPage = pageOf(jobSummary);

export type JobKind = (typeof jobKinds)[number];
export type JobState = (typeof jobStates)[number];
export type JobStartInput = z.output<typeof jobStartInput>;
export type JobCancelInput = z.output<typeof jobCancelInput>;
export type JobListInput = z.output<typeof jobListInput>;
export type JobStarted = z.output<typeof jobStarted>;
export type JobSummary = z.output<typeof jobSummary>;
export type Job = z.output<typeof job>;
