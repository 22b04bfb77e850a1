/** How the audit is explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

export const auditGuide: Guide = {
  'audit.search': {
    summary: 'Who did what, newest first, page by page',
    description:
      'Every call that changed something, and refusals that matter: a permission that was missing, a key that was used twice, and whatever a key keeps. A page looks at a bounded number of records, so it may be short, even empty, and yet have a next one.',
    examples: [
      { name: 'everything', input: {} },
      { name: 'of one SKU', input: { skuId: 'TSHIRT-M', from: '2026-01-01T00:00:00Z' } },
      { name: 'refused', input: { outcome: 'refused', limit: 10 } },
    ],
  },
  'audit.verify': {
    summary: 'Hold commands and ledger against their signed checkpoints, as a job',
    description:
      'Names every sealed row that was edited, taken away or put in past Granary, and every checkpoint that was touched. Answers the id of the job at once; a job of this kind that is queued or runs already is answered instead. The worker needs GRANARY_CHECKPOINT_KEY or GRANARY_CHECKPOINT_TRUSTED.',
    examples: example({}),
  },
  'audit.get': {
    summary: 'One call whole: the request, old and new values, and what it moved',
    description:
      'Old and new are told by the record itself where no stock moved, else by the ledger: per level the balances before and after, per batch the sums.',
    examples: example({ commandId: SOME_ID }, { commandId: 'audit.search#/items/0/commandId' }),
  },
};
