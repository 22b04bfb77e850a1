/**
 * How far a replica must have come: what the primary had when it was last asked, and what this process has committed since. Pure
 * bookkeeping over the texts in which servers write their positions (GTIDs).
 */
import type { Engine } from '../database-session.ts';

export interface Position {
  /** A commit of this process, as the answer to COMMIT names it. */
  note(gtid: string): void;
  /** The primary is being asked: what is noted from here on may be missing in its answer. */
  asking(): void;
  /** What it answered; undefined when no answer came. */
  asked(whole: string | undefined): void;
  /** Empty while nothing is known. */
  text(): string;
}

/** The numbers from lowest to highest seen of one source, and how the highest is named before its number. */
interface Range {
  readonly name: string;
  readonly low: bigint;
  readonly high: bigint;
}
type Ranges = Map<string, Range>;

export function createPosition(engine: Engine): Position {
  const { parse, write } = FORMS[engine];
  let whole = '';
  let before: Ranges = new Map();
  let since: Ranges = new Map();
  return {
    note: (gtid) => widen(since, parse(gtid)),
    asking: () => {
      widen(before, since.entries());
      since = new Map();
    },
    asked: (answer) => {
      if (answer === undefined) return;
      whole = answer.replaceAll(/\s/g, '');
      before = new Map();
    },
    text: () => (whole === '' ? '' : write(whole, [...before, ...since])),
  };
}

type Entries = Iterable<readonly [source: string, range: Range]>;

function widen(ranges: Ranges, more: Entries): void {
  for (const [source, range] of more) {
    const known = ranges.get(source) ?? range;
    const { name, high } = range.high > known.high ? range : known;
    ranges.set(source, { name, high, low: range.low < known.low ? range.low : known.low });
  }
}

interface Form {
  parse(text: string): Entries;
  write(whole: string, noted: Entries): string;
}

const FORMS: Readonly<Record<Engine, Form>> = {
  /** `domain-server-number`: a replica that has reached a number of a domain has all smaller ones, whichever server made them. */
  mariadb: {
    parse: (text) =>
      [...text.matchAll(/(\d+)-(\d+)-(\d+)/g)].map(([, domain = '', server = '', number = '0']) => {
        const high = BigInt(number);
        return [domain, { name: `${domain}-${server}`, low: high, high }];
      }),
    write: (whole, noted) => {
      const furthest: Ranges = new Map();
      widen(furthest, FORMS.mariadb.parse(whole));
      widen(furthest, noted);
      return [...furthest.values()].map(({ name, high }) => `${name}-${high}`).join(',');
    },
  },
  /** `source:first-last`, any number of them; a set may name what it has twice. */
  mysql: {
    parse: (text) =>
      [...text.matchAll(/([0-9a-f-]{36}):(\d+)(?:-(\d+))?/gi)].map(([, name = '', first = '0', last = first]) => {
        return [name, { name, low: BigInt(first), high: BigInt(last) }];
      }),
    write: (whole, noted) =>
      [whole, ...[...noted].map(([, { name, low, high }]) => `${name}:${low}-${high}`)].join(','),
  },
};
