/** The building blocks of the configuration: one variable is a zod schema from text, plus the facts that its message and its row in the docs need. */
import { z } from 'zod';

export interface VariableFacts {
  /** What a good value looks like, to be read after "expected". */
  readonly shape: string;
  /** What the variable does, for the docs. */
  readonly about: string;
  readonly example: string;
  readonly fallback?: string;
  /** A secret is never repeated in a message or a log line. */
  readonly secret?: true;
}

/** The facts of every variable, by its schema; `z.registry` keeps them out of the values. */
export const variableFacts = z.registry<VariableFacts>();

/** A variable that has a default, written as the user would write it. */
export function variable<T>(schema: z.ZodType<T, string>, facts: VariableFacts & { readonly fallback: string }) {
  return schema.prefault(facts.fallback).register(variableFacts, facts);
}

/** A variable that may be absent. */
export function optionalVariable<T>(schema: z.ZodType<T, string>, facts: VariableFacts) {
  return schema.optional().register(variableFacts, facts);
}

/** A whole number in plain digits, so that `1e3`, `0x10`, `1_000` and ` 5` are refused rather than guessed at. */
export function integer(least: number, most: number): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,15})$/)
    .transform(Number)
    .pipe(z.number().int().min(least).max(most));
}

export const flag: z.ZodType<boolean, string> = z
  .enum(['true', 'false', '1', '0'])
  .transform((text) => text === 'true' || text === '1');

/** A value as it may be shown in a message: quoted, cut, and hidden when it may hold a password. */
export function shown(value: string | undefined, facts: VariableFacts): string {
  if (value === undefined) return 'is not set';
  if (facts.secret === true) return 'has a value that cannot be used (not shown here, as it may hold a password)';
  const longest = 60;
  return `is ${JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value)}`;
}

/** What to do about a bad value. */
export function fixOf(facts: VariableFacts): string {
  const set = `set it to such a value, for example ${facts.example}`;
  return facts.fallback === undefined ? set : `${set}, or leave it out for ${facts.fallback}`;
}
