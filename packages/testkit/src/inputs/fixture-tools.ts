/** What every maker of goods works with: names that nothing has, and calls that must succeed. */
import { at, type Send } from './wire.ts';

export interface FixtureTools {
  /** A name that nothing has yet, full of letters that look like others. */
  name(): string;
  call(procedure: string, input: unknown): Promise<unknown>;
  /** The same, of whose answer one text is wanted. */
  callFor(procedure: string, input: unknown, path: readonly (string | number)[]): Promise<string>;
}

/** Letters, digits and ligatures whose look-alikes a careless comparison would take for them; an accent composed and decomposed alike. */
const STEM = 'abc-ss-1-fi-\u00e9';
export const QUALITY = 'a-ss-1-fi-\u00e9';
/** Long enough to outlive the run, so that no hold is overdue while tables are watched. */
export const HOLD_TTL_SECONDS = 80_000;

export function createFixtureTools(send: Send): FixtureTools {
  let made = 0;
  const call = async (procedure: string, input: unknown): Promise<unknown> => {
    const answer = await send(procedure, JSON.stringify(input));
    if (answer.status !== 200) throw new Error(`the fixture ${procedure} failed: ${answer.text.slice(0, 1000)}`);
    return answer.data;
  };
  return {
    name() {
      made += 1;
      return `${STEM}-${made}`;
    },
    call,
    callFor: async (procedure, input, path) => String(at(await call(procedure, input), path)),
  };
}
