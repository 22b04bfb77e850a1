/** How the procedures of the process itself and its jobs are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

export const systemGuide: Guide = {
  'system.health': { summary: 'Is the process alive, and which version is it', examples: example({}) },
  'system.readiness': {
    summary: 'May the process be sent work',
    description: 'Looks at the database, its schema and the process; what is not ready says why.',
    examples: example({}),
  },
  'system.strategies': {
    summary: 'Names of the allocation strategies',
    description: 'Any of them may be named where a strategy is asked for; the default serves where none is named.',
    examples: example({}),
  },
  'system.verify': {
    summary: 'Check every invariant of stock and its cost, as a job',
    description:
      'Answers the id of the job at once; a job of this kind that is queued or runs already is answered instead.',
    examples: example({}),
  },
  'system.rebuild': {
    summary: 'Compute every counter again from the ledger, as a job',
    description:
      'Of levels and batches; movements, documents, reservations and costs stay as they are. Answers the id of the job at once; a job of this kind that is queued or runs already is answered instead.',
    examples: example({}),
  },
  'system.doctor': {
    summary: 'Find what is wrong with the database and around it, and mend what needs no person, as a job',
    description:
      'The report of the job names each finding: what and where, how grave it is, what a repair does or why a person must decide, and what to type. With `repair` it is put right through the ordinary ways, kept in the audit; a second run then finds nothing. Without a worker the job waits: `npm run -s doctor` needs none.',
    examples: example({ repair: false }),
  },
  'system.prune': {
    summary: 'Remove what is too old to be kept from the audit, as a job',
    description:
      'Workers start it once a day: keys are forgotten after STOCK_IDEMPOTENCY_DAYS, records removed after STOCK_AUDIT_RETENTION_DAYS. The ledger stays.',
    examples: example({}),
  },
  'system.job': {
    summary: 'How far a job is, and what it found',
    examples: example({ id: SOME_ID }, { id: 'system.verify#/id' }),
  },
  'system.cancelJob': {
    summary: 'Ask a job to stop',
    description: 'A queued job is cancelled at once, a running one at its next step.',
    examples: example({ id: SOME_ID }, { id: 'system.rebuild#/id' }),
  },
  'system.jobs': { summary: 'Jobs, page by page', examples: example({ kind: 'verify' }) },
};
