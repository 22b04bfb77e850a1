/** Reads a Retry-After header: whole seconds, or a date of HTTP. */

/** No receiver may ask to be left alone for longer, or it would never hear of anything again. */
const LONGEST_MS = 86_400_000;
const SECONDS = /^\d{1,9}$/;
/** Every form of a date that HTTP knows begins with the name of a day; Date.parse would make something of nearly anything. */
const DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** Milliseconds from `nowMs`; undefined when there is nothing to wait for, or nothing that can be read. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  const waitMs = SECONDS.test(text) ? Number(text) * 1_000 : DATE.test(text) ? Date.parse(text) - nowMs : Number.NaN;
  return waitMs > 0 ? Math.min(waitMs, LONGEST_MS) : undefined;
}
