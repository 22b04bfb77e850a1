/** Health of the process and of the ledger. */
import { z } from 'zod';
import { moment } from './instant.ts';

export const systemHealth = z.strictObject({ status: z.enum(['ok', 'draining']), version: z.string() });
export const systemReadiness = z.strictObject({
  ready: z.boolean(),
  checks: z.array(z.strictObject({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  now: moment.nullable(),
});
export const systemStrategies = z.strictObject({ strategies: z.array(z.string()), defaultStrategy: z.string() });

/** One row that breaks an invariant. */
export const violation = z.strictObject({ invariant: z.string(), row: z.string(), detail: z.string() });
export const verifyReport = z.strictObject({
  ok: z.boolean(),
  levels: z.number().int(),
  movements: z.number().int(),
  reservations: z.number().int(),
  violations: z.array(violation),
});

export type Violation = z.output<typeof violation>;
export type VerifyReport = z.output<typeof verifyReport>;
export type SystemReadiness = z.output<typeof systemReadiness>;
