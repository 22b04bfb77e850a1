/** A WHERE of the filters that were given: one that was left out says nothing. */

export type Filter = readonly [clause: string, ...values: readonly unknown[]];

/** A filter with a value that is undefined was not given; one without values always holds. */
export function whereOf(filters: readonly Filter[]): {
  readonly where: string;
  readonly parameters: readonly unknown[];
} {
  const given = filters.filter(([, ...values]) => values.every((value) => value !== undefined));
  const clauses = given.map(([clause]) => clause);
  return {
    where: clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`,
    parameters: given.flatMap(([, ...values]) => values),
  };
}
