/** Sales in the tests of rules: what is wanted, what became of it, and the lines of the document in a few words. */
import { expect } from 'vitest';
import type { Draft } from '../rules/draft.ts';
import { decideSales, type SaleRequest } from '../rules/sale.ts';
import type { Demand } from '../rules/shortage.ts';
import { fifo } from '../strategies/fifo.ts';
import { after, COMMAND, unsoundness } from './draft-fixture.ts';

export function want(quantity: number, facts: Partial<Demand> = {}): Demand {
  return { skuId: 'S', quantity, criteria: {}, strategy: fifo, ...facts };
}

export function sell(draft: Draft, ...lines: Demand[]) {
  const request: SaleRequest = {
    commandId: COMMAND,
    documentId: 'D',
    orderNo: 'O-1',
    lines,
    occurredAt: after(-60),
    reason: 'sold',
  };
  const [outcome] = decideSales(draft, [request]);
  expect(unsoundness(draft)).toEqual([]);
  return outcome;
}

/** `line batch quantity of-hold`, one for each line of the document. */
export function lines(outcome: ReturnType<typeof sell>): string[] {
  if (outcome?.ok !== true) throw outcome?.refusal ?? new Error('answered nothing');
  return outcome.answer.map(
    ({ requestLine, batchId, quantity, reservationId }) =>
      `${requestLine} ${batchId} ${quantity} ${reservationId ?? 'free'}`,
  );
}
