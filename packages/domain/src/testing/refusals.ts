/** A refusal must leave no trace: nothing at all without a key, and with a key its own command and nothing else. */
import { GranaryError } from '@granary/contracts/error';
import { expect } from 'vitest';
import { changedBy, countOf } from './database-state.ts';
import type { TestDomain } from './test-domain.ts';

export async function refusalOf(work: Promise<unknown>): Promise<GranaryError> {
  const outcome = await work.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ('answer' in outcome) throw new Error(`was not refused but answered ${JSON.stringify(outcome.answer)}`);
  if (outcome.error instanceof GranaryError) return outcome.error;
  throw outcome.error;
}

export interface ExpectedRefusal {
  readonly code: string;
  readonly details?: unknown;
}

/** The call is made without a key, with one, and with the same one again. */
export async function expectRefusal(
  at: TestDomain,
  call: (key: { idempotencyKey?: string }) => Promise<unknown>,
  expected: ExpectedRefusal,
): Promise<GranaryError> {
  let refusal: GranaryError | undefined;
  const unkeyed = await changedBy(at.dataSource, async () => {
    refusal = await refusalOf(call({}));
  });
  expect(refusal).toMatchObject({ ...expected });
  expect(unkeyed, 'tables changed by a refusal without a key').toEqual([]);

  const idempotencyKey = `refused-${Math.random()}`;
  const commands = () => countOf(at.dataSource, 'command');
  const before = await commands();
  // Validation is answered anew each time; every other refusal is kept with its key.
  const isKept = refusal?.kind !== 'validation';
  const keyed = await changedBy(at.dataSource, async () => {
    expect(await refusalOf(call({ idempotencyKey }))).toMatchObject({ ...expected });
  });
  // Which SKUs the input names stands beside the command.
  const others = keyed.filter((table) => table !== 'command_sku');
  expect(others, 'tables changed by a refusal with a key').toEqual(isKept ? ['command'] : []);
  expect(await commands()).toBe(before + (isKept ? 1 : 0));
  const again = await changedBy(at.dataSource, async () => {
    expect(await refusalOf(call({ idempotencyKey }))).toMatchObject({ ...expected });
  });
  expect(again, 'tables changed by a repeated refusal').toEqual([]);
  if (refusal === undefined) throw new Error('no refusal');
  return refusal;
}
