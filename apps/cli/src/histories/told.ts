/** A report of histories for people: a row a trouble, and each violation with the calls that cannot be ordered. */
import { grouped, table } from '../table.ts';
import type { Event, Operation } from './history.ts';
import { plantKinds } from './plants.ts';
import type { HistoriesReport } from './run-histories.ts';
import type { Violation } from './verdict.ts';

const MOST_TOLD = 5;

export function told(report: HistoriesReport): string {
  const { rounds, violations, planted } = report;
  const rows = rounds.map(({ trouble, happened, histories, operations, unknown, expired, undecided }) => [
    ...[trouble, happened, histories, grouped(operations), unknown, expired, undecided],
  ]);
  return [
    table([['trouble', 'happened', 'histories', 'operations', 'unknown', 'expired', 'undecided'], ...rows]),
    '',
    ...plantKinds.map((kind) => `Planted ${kind}: ${planted[kind].caught} of ${planted[kind].planted} found`),
    `${violations.length} violations`,
    ...violations.slice(0, MOST_TOLD).map(toldViolation),
  ].join('\n');
}

function toldViolation({ seed, key, problem, events }: Violation): string {
  const from = Math.min(...events.map(({ calledAt }) => calledAt));
  const ms = (at: number) => (at === Infinity ? 'never' : (at - from).toFixed(1));
  const rows = events.map((event) => [
    ...[event.client, ms(event.calledAt), ms(event.returnedAt), asked(event.operation), answered(event)],
  ]);
  const shown = rows.length === 0 ? [] : [table([['client', 'called', 'returned', 'asked', 'told'], ...rows])];
  return [`\n${key}, seed ${seed}: ${problem}`, ...shown].join('\n');
}

function asked(operation: Operation): string {
  switch (operation.kind) {
    case 'reserve':
      return `reserve ${operation.quantity} as ${operation.hold}${operation.lifeMs === null ? '' : ', short'}`;
    case 'receive':
      return `receive ${operation.quantity}`;
    case 'read':
      return 'read';
    case 'confirm':
    case 'release':
    case 'look':
    case 'expire':
      return `${operation.kind} ${operation.hold}`;
  }
}

function answered({ answer }: Event): string {
  switch (answer.kind) {
    case 'hold':
      return `${answer.state}, version ${answer.version}`;
    case 'level':
      return `${answer.onHand} with ${answer.reserved} held, version ${answer.version}`;
    case 'refused':
      return `refused: ${answer.why}`;
    case 'received':
    case 'unknown':
      return answer.kind;
  }
}
