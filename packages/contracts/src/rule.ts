/** A rule between fields of one input, for `.refine(...rule(…))`. */
export function rule<T>(holds: (value: T) => boolean, error: string, field: string) {
  return [holds, { error, path: [field] as PropertyKey[] }] as const;
}
