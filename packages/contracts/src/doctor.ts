/** What the doctor looks for, what it is asked, and how it tells what it found. */
import { z } from 'zod';
import { mutation } from './command.ts';

/** Every ailment that is looked for, in the order in which it is. */
export const ailments = [
  'schema',
  'server',
  'serverAdvice',
  'clock',
  'migrationLock',
  'redis',
  'keptAnswers',
  'counters',
  'missingLevels',
  'ledger',
  'mergedBatches',
  'holds',
  'holdDeadlines',
  'locks',
  'serials',
  'causes',
  'keys',
  'bundles',
  'books',
  'overdueHolds',
  'overdueLocks',
  'expiredBatches',
  'lostEvents',
  'outbox',
  'deadLetters',
  'stuckDeliveries',
  'lateDeliveries',
  'jobs',
  'snapshots',
  'imports',
  'transfers',
  'secrets',
  'oldKeys',
  'orphanRows',
  'strayRows',
] as const;

export const ailment = z.enum(ailments).meta({ description: 'What is looked for', examples: ['counters'] });

/** `danger`: truth is wrong or may become so. `trouble`: work is left undone. `notice`: worth knowing, nothing is wrong with stock. */
export const gravities = ['danger', 'trouble', 'notice'] as const;

/** `found` where nobody asked for repairs; `left` where it was asked and a person must decide, or it did not help. */
export const findingStates = ['found', 'repaired', 'left'] as const;

export const doctorInput = mutation({
  repair: z.boolean().default(false).meta({ description: 'Puts right what can be put right without a person' }),
  only: z
    .array(ailment)
    .min(1)
    .max(ailments.length)
    .optional()
    .meta({ description: 'Looks for these alone; all of them when left out' }),
});

export const finding = z.strictObject({
  ailment,
  gravity: z.enum(gravities),
  where: z.string().meta({ description: 'The row or the place, by its keys' }),
  detail: z.string().meta({ description: 'What is wrong there' }),
  repair: z.string().nullable().meta({ description: 'What a repair does; null where a person must decide' }),
  why: z.string().nullable().meta({ description: 'Why a person must decide' }),
  command: z.string().meta({ description: 'What to type' }),
  state: z.enum(findingStates),
});

export const doctorReport = z.strictObject({
  ok: z.boolean().meta({ description: 'Nothing is left but notices' }),
  looked: z.number().int().meta({ description: 'Rows and things looked at' }),
  findings: z.array(finding),
});

export type Ailment = z.output<typeof ailment>;
export type Gravity = (typeof gravities)[number];
export type DoctorInput = z.output<typeof doctorInput>;
export type Finding = z.output<typeof finding>;
export type DoctorReport = z.output<typeof doctorReport>;
