/** The part of the walk over every mutation that starts, ends and cancels jobs. */
import { createTestWorker } from './jobs.ts';
import type { Step, Walker } from './mutation-step.ts';

const openJob = async ({ at }: Walker, kind: 'verify' | 'rebuild' | 'doctor' | 'prune' | 'audit') => {
  const [job] = (await at.domain.jobs.list({ kind, limit: 1 })).items;
  return { id: job?.id ?? '' };
};

export const jobMutations: readonly Step[] = [
  {
    procedure: 'system.verify',
    types: ['stock.job.started'],
    before: null,
    after: { kind: 'verify', state: 'queued', requestedBy: 'walker' },
    work: ({ at, call }) => at.domain.jobs.verify({}, call),
  },
  {
    procedure: 'system.verify',
    types: ['stock.job.ended'],
    before: { kind: 'verify', state: 'running' },
    after: { kind: 'verify', state: 'done', error: null },
    work: async (walker) => createTestWorker(walker.at.domain, 'walker').finish((await openJob(walker, 'verify')).id),
  },
  {
    procedure: 'system.rebuild',
    types: ['stock.job.started'],
    before: null,
    after: { kind: 'rebuild', state: 'queued' },
    work: ({ at, call }) => at.domain.jobs.rebuild({}, call),
  },
  {
    procedure: 'system.cancelJob',
    types: ['stock.job.cancelled'],
    before: { state: 'running', isCancelRequested: false },
    after: { state: 'running', isCancelRequested: true },
    prepare: ({ at }) => createTestWorker(at.domain, 'walker').round(),
    work: async (walker) => walker.at.domain.jobs.cancelJob(await openJob(walker, 'rebuild'), walker.call),
  },
  {
    procedure: 'system.rebuild',
    types: ['stock.job.ended'],
    before: { state: 'running', isCancelRequested: true },
    after: { state: 'cancelled' },
    work: async (walker) => createTestWorker(walker.at.domain, 'walker').finish((await openJob(walker, 'rebuild')).id),
  },
  {
    procedure: 'system.cancelJob',
    types: ['stock.job.ended'],
    before: { state: 'queued' },
    after: { state: 'cancelled' },
    prepare: ({ at, call }) => at.domain.jobs.verify({}, call),
    work: async (walker) => walker.at.domain.jobs.cancelJob(await openJob(walker, 'verify'), walker.call),
  },
  {
    procedure: 'system.doctor',
    types: ['stock.job.started'],
    before: null,
    after: { kind: 'doctor', state: 'queued', input: { repair: true } },
    work: ({ at, call }) => at.domain.jobs.doctor({ repair: true }, call),
  },
  {
    procedure: 'system.doctor',
    types: ['stock.job.ended'],
    before: { kind: 'doctor', state: 'running' },
    after: { kind: 'doctor', state: 'done', error: null },
    work: async (walker) => createTestWorker(walker.at.domain, 'walker').finish((await openJob(walker, 'doctor')).id),
  },
  {
    procedure: 'audit.verify',
    types: ['stock.job.started'],
    before: null,
    after: { kind: 'audit', state: 'queued' },
    work: ({ at, call }) => at.domain.audit.verify({}, call),
  },
  {
    // The walker has no key of checkpoints.
    procedure: 'audit.verify',
    types: ['stock.job.ended'],
    before: { kind: 'audit', state: 'running' },
    after: { kind: 'audit', state: 'failed', error: { code: 'INV_010' } },
    work: async (walker) => createTestWorker(walker.at.domain, 'walker').finish((await openJob(walker, 'audit')).id),
  },
  {
    procedure: 'system.prune',
    types: ['stock.job.started'],
    before: null,
    after: { kind: 'prune', state: 'queued' },
    work: ({ at, call }) => at.domain.jobs.prune({}, call),
  },
  {
    procedure: 'system.prune',
    types: ['stock.job.ended'],
    before: { kind: 'prune', state: 'running' },
    after: { kind: 'prune', state: 'done', error: null },
    work: async (walker) => createTestWorker(walker.at.domain, 'walker').finish((await openJob(walker, 'prune')).id),
  },
];
