/** Reads a file of truth vectors, whichever of the known kinds it holds, and judges what a subject makes of them. */
import {
  type ActivityVector,
  type Allocator,
  type DepartmentVector,
  judgeActivity,
  judgeDepartments,
  judgeSplit,
  type SplitVector,
} from './allocation-vector.ts';
import { judgeRollForward, type RollForward, type RollForwardVector } from './roll-forward-vector.ts';
import { judgeValuation, type ValuationVector, type Valuer } from './valuation-vector.ts';
import type { Verdict } from './verdict.ts';

/** The code under judgement. It throws NotApplicable for what it does not know. */
export interface TruthSubject extends Allocator {
  readonly value: Valuer;
  readonly rollForward: RollForward;
}

/** Lists of the file that hold no vectors: what sources disagree on is no test. */
const NO_VECTORS = ['disputed'];

/** Every vector gets a verdict: one that is of no known kind is not applicable, never left out. */
export function judgeTruth(content: unknown, subject: TruthSubject): Verdict[] {
  const lists = Array.isArray(content) ? { vectors: content } : record(content);
  return Object.entries(lists).flatMap(([name, list]) =>
    Array.isArray(list) && !NO_VECTORS.includes(name)
      ? list.map((vector, at) => judgeVector(vector, `${name} ${at + 1}`, subject))
      : [],
  );
}

/** A vector is told by its fields, so that files may be cut and joined. */
function judgeVector(content: unknown, place: string, subject: TruthSubject): Verdict {
  const fields = record(content);
  const id = typeof fields['id'] === 'string' ? fields['id'] : place;
  // The vectors are data of this project's own making: their shape is told by the fields asked for here.
  const vector: unknown = { ...fields, id };
  const has = (...names: string[]) => names.every((name) => name in fields);
  if (has('events', 'expected', 'method')) return judgeValuation(vector as ValuationVector, subject.value);
  if (has('opening', 'periods', 'expected')) return judgeRollForward(vector as RollForwardVector, subject.rollForward);
  if (has('total', 'weights', 'expected')) return judgeSplit(vector as SplitVector, subject);
  if (has('costs', 'use', 'expected')) return judgeDepartments(vector as DepartmentVector, subject);
  if (has('pools', 'expected')) return judgeActivity(vector as ActivityVector, subject);
  return {
    id,
    kind: 'unknown',
    status: 'notApplicable',
    reason: `fields of no known kind: ${Object.keys(fields).join(', ')}`,
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
