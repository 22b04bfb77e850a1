/** Whoever was denied a permission is put on record, whichever door they came through. Never in the way of the refusal. */
import { GranaryError } from '@granary/contracts/error';
import { redact, redactText } from '@granary/platform/redact';
import type { ApiContext } from '../context.ts';

export interface DeniedCall {
  readonly ctx: Pick<ApiContext, 'call' | 'recordRefusal'>;
  readonly procedure: string;
  readonly getRawInput: () => Promise<unknown>;
}

export async function recordDenial(cause: unknown, { ctx, procedure, getRawInput }: DeniedCall): Promise<void> {
  if (!(cause instanceof GranaryError) || cause.kind !== 'notPermitted') return;
  const input = await getRawInput().then(harmless, () => null);
  await ctx.recordRefusal({ procedure, input, isChecked: false, refusal: cause, call: ctx.call });
}

/** Nobody has looked at this input: a secret that stands in it must not be kept, and one that names a field spoils it whole. */
function harmless(input: unknown): unknown {
  const safe = redact(input);
  const text = (JSON.stringify(safe) ?? '').slice(0, 5000);
  return redactText(text) === text ? safe : null;
}
