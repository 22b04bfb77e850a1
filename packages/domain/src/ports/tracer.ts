/** Runs a piece of work as a span of the trace that it belongs to; what it throws is noted and goes on. */
export type Tracer = <T>(
  name: string,
  facts: Readonly<Record<string, string | number>>,
  work: () => Promise<T>,
) => Promise<T>;

/** Without a tracer the work just runs. */
export function traced<T>(
  tracer: Tracer | undefined,
  { name, facts = {} }: { readonly name: string; readonly facts?: Parameters<Tracer>[1] },
  work: () => Promise<T>,
): Promise<T> {
  return tracer === undefined ? work() : tracer(name, facts, work);
}
