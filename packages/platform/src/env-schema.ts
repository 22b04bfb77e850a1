/** Every variable of the configuration with its shape, default and meaning; messages and docs/configuration.md are made from it. */
import { z } from 'zod';
import { checkpointVariables } from './env-checkpoints.ts';
import { costVariables } from './env-cost.ts';
import { eventVariables } from './env-events.ts';
import { limitVariables } from './env-limits.ts';
import { metricsVariables } from './env-metrics.ts';
import { processVariables } from './env-process.ts';
import { readVariables } from './env-reads.ts';
import { stockVariables } from './env-stock.ts';

/** A variable without `fallback` has no default. */
export const envSchema = z.object({
  ...processVariables,
  ...metricsVariables,
  ...limitVariables,
  ...readVariables,
  ...stockVariables,
  ...costVariables,
  ...eventVariables,
  ...checkpointVariables,
});

export type EnvValues = z.output<typeof envSchema>;
export type VariableName = keyof EnvValues;
