/** Compares what a consumer noted with what it must have been told: everything, in order along each aggregate, without a gap. */
import type { Journal, Note } from './note.ts';
import type { Expected } from './witness.ts';

export interface Hearing {
  readonly consumer: string;
  readonly journal: Journal;
  readonly expected: readonly Expected[];
  /** Given up and replayed: they must have come, at any time. */
  readonly replayed?: ReadonlySet<string>;
}

export interface Verdict {
  readonly consumer: string;
  readonly expected: number;
  /** Events, each counted once. */
  readonly delivered: number;
  /** What came again and was dropped by its id. */
  readonly repeats: number;
  /** What the consumer did not take at that time. */
  readonly refused: number;
  /** Of level events; the ledger says how many there must be. */
  readonly movements: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  readonly problems: readonly string[];
}

const MOST_PROBLEMS = 20;

export function judge(hearing: Hearing): Verdict {
  const { consumer, journal, expected, replayed = new Set() } = hearing;
  const taken = journal.notes.filter((each) => each.taken);
  const first = new Map<string, Note>();
  for (const each of taken) if (!first.has(each.id)) first.set(each.id, each);
  const known = new Set(expected.map(({ id }) => id));
  const problems = [
    ...journal.strays,
    ...expected.filter(({ id }) => !first.has(id)).map(({ id }) => `${id} was never delivered`),
    ...[...first.keys()].filter((id) => !known.has(id)).map((id) => `${id} was told and never happened`),
    ...disorder(
      hearing,
      [...first.values()].filter(({ id }) => !replayed.has(id)),
    ),
  ];
  const lags = lagsOf([...first.values()].filter(({ id }) => !replayed.has(id)));
  const more = problems.length > MOST_PROBLEMS ? [`and ${problems.length - MOST_PROBLEMS} more`] : [];
  return {
    ...{ consumer, expected: expected.length, delivered: first.size, repeats: taken.length - first.size },
    refused: journal.notes.length - taken.length,
    movements: [...first.values()].reduce((sum, { movements }) => sum + movements, 0),
    ...lags,
    problems: [...problems.slice(0, MOST_PROBLEMS), ...more].map((problem) => `${consumer}: ${problem}`),
  };
}

/** Each aggregate was heard as the sequence that it is, and each event begins and ends where it did; the truth has no gap. */
function disorder({ expected, replayed }: Hearing, heard: readonly Note[]): string[] {
  const due = grouped(expected.filter(({ id }) => replayed?.has(id) !== true));
  const heardOf = new Map<string, number>();
  const problems: string[] = [];
  for (const { id, aggregate, from, to } of heard) {
    const place = heardOf.get(aggregate) ?? 0;
    const next = due.get(aggregate)?.[place];
    if (next?.id !== id) problems.push(`${id} was told where ${next?.id ?? 'nothing'} was due`);
    else if (next.from !== from || next.to !== to)
      problems.push(`${id} was told from ${from} to ${to}, and went from ${next.from} to ${next.to}`);
    heardOf.set(aggregate, place + 1);
  }
  return problems;
}

function grouped(expected: readonly Expected[]): ReadonlyMap<string, readonly Expected[]> {
  const groups = new Map<string, Expected[]>();
  for (const each of expected) {
    const group = groups.get(each.aggregate);
    if (group === undefined) groups.set(each.aggregate, [each]);
    else group.push(each);
  }
  return groups;
}

/** From the moment that the cause was recorded to the moment that the event was first taken. */
export function lagsOf(notes: readonly Note[]): Pick<Verdict, 'p50Ms' | 'p99Ms' | 'slowestMs'> {
  const lags = notes.map(({ recordedAt, heardAt }) => heardAt - recordedAt).toSorted((a, b) => a - b);
  const share = (part: number) => Math.round(lags[Math.min(lags.length - 1, Math.floor(lags.length * part))] ?? 0);
  return { p50Ms: share(0.5), p99Ms: share(0.99), slowestMs: share(1) };
}
