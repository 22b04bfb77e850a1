/** What a run counts, and what it tells in the end. */
import { EXCUSED } from './class-table.ts';

export interface InputsReport {
  readonly ok: boolean;
  readonly calls: number;
  readonly refused: number;
  readonly accepted: number;
  /** Pairs of procedure and class that were tried. */
  readonly pairs: number;
  /** Classes that are excused by name. */
  readonly excused: number;
  /** Procedures that met each class. */
  readonly perClass: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly problems: readonly string[];
}

export type Counts = ReturnType<typeof createRun>;

export function createRun() {
  const problems: string[] = [];
  const tried = new Set<string>();
  let [calls, refused, accepted, slowestMs] = [0, 0, 0, 0];
  return {
    problems,
    problem: (text: string): void => void problems.push(text),
    wasTried: (procedure: string, number: number) => tried.has(`${procedure} ${number}`),
    count(facts: { procedure: string; class: number; status: number; ms: number }) {
      tried.add(`${facts.procedure} ${facts.class}`);
      calls += 1;
      if (facts.status === 200) accepted += 1;
      else refused += 1;
      slowestMs = Math.max(slowestMs, Math.round(facts.ms));
    },
    report(): InputsReport {
      const perClass: Record<string, number> = {};
      for (const pair of tried) {
        const number = pair.split(' ')[1] ?? '';
        perClass[number] = (perClass[number] ?? 0) + 1;
      }
      const counts = { calls, refused, accepted, pairs: tried.size, excused: EXCUSED.size };
      return { ok: problems.length === 0, ...counts, perClass, slowestMs, problems };
    },
  };
}

/** Slices of one run as one. */
export function sumOf(reports: readonly InputsReport[]): InputsReport {
  const sum = (name: 'calls' | 'refused' | 'accepted' | 'pairs') =>
    reports.reduce((total, report) => total + report[name], 0);
  const perClass: Record<string, number> = {};
  for (const [number, times] of reports.flatMap((report) => Object.entries(report.perClass)))
    perClass[number] = (perClass[number] ?? 0) + times;
  return {
    ...{ ok: reports.every(({ ok }) => ok), calls: sum('calls'), refused: sum('refused'), accepted: sum('accepted') },
    ...{ pairs: sum('pairs'), excused: EXCUSED.size, perClass },
    slowestMs: Math.max(0, ...reports.map(({ slowestMs }) => slowestMs)),
    problems: reports.flatMap(({ problems }) => problems),
  };
}
