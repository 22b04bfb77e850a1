/** What people are told of a procedure: a sentence, what to know beside it, and requests that succeed. */

export interface Example {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Fields (`batchId`, `batches/0/batchId`) that only Granary can name: from the answer of which procedure, and where in it (`sku.create#/skuId`). */
  readonly from?: Readonly<Record<string, string>>;
}

export interface ProcedureGuide {
  readonly summary: string;
  readonly description?: string;
  /** In order: each succeeds after all examples before it, begun on an empty database. */
  readonly examples: readonly Example[];
}

/** By procedure, in an order in which the examples can be sent. */
export type Guide = Readonly<Record<string, ProcedureGuide>>;

/** Stands in an example where Granary's own id has to be put. */
export const SOME_ID = '01JD7Z5K3M8Q2W4E6R7T8Y9ZAB';

/** One example, which needs no name of its own. */
export function example(input: Example['input'], from?: Example['from']): readonly Example[] {
  return [{ name: 'example', input, ...(from === undefined ? {} : { from }) }];
}
