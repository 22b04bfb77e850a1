/**
 * The order that the ledger itself gives: every change of a level has a version. Replayed in it the model must come to the
 * same balances, every read must tell what was there at its version, and no call may stand before one that was over when it began.
 */
import { type Event, type LevelHistory, NOBODY, type Operation } from './history.ts';
import type { Entry, Ledger } from './ledger.ts';
import { apply, type Level, opened } from './model.ts';

/** What is wrong; empty when nothing is. Of an unsettled history: what was never answered is known by what it wrote. */
export function versionProblems(level: LevelHistory, ledger: Ledger): readonly string[] {
  const { states, problems } = replayed(level, ledger);
  return [...problems, ...unwritten(level, ledger), ...twoTold(level, ledger), ...placed(level, { ledger, states })];
}

interface Replayed {
  /** By version. */
  readonly states: readonly (Level | undefined)[];
  readonly problems: readonly string[];
}

function replayed({ opening, events }: LevelHistory, { entries }: Ledger): Replayed {
  const asked = new Map(events.flatMap(({ operation }) => (isMade(operation) ? [[nameOf(operation), operation]] : [])));
  let level = opened(opening);
  const states: (Level | undefined)[] = [undefined, level];
  for (const entry of entries.slice(1)) {
    const operation = operationOf(entry, asked);
    const outcome = operation === undefined ? undefined : apply(level, operation);
    if (outcome === undefined || outcome[1].kind === 'refused')
      return { states, problems: [`movement ${entry.version}, ${entry.kind} of ${entry.of}, could not be here`] };
    [level] = outcome;
    if (level.version !== entry.version || level.onHand !== entry.onHand || level.reserved !== entry.reserved)
      return {
        states,
        problems: [
          `movement ${entry.version} leaves ${entry.onHand} with ${entry.reserved} held, and should be ${level.version} and leave ${level.onHand} with ${level.reserved}`,
        ],
      };
    states.push(level);
  }
  return { states, problems: [] };
}

type Made = Extract<Operation, { kind: 'reserve' | 'receive' }>;

const isMade = (operation: Operation): operation is Made =>
  operation.kind === 'reserve' || operation.kind === 'receive';

const nameOf = (operation: Made): string => (operation.kind === 'reserve' ? operation.hold : operation.document);

function operationOf({ kind, of }: Entry, asked: ReadonlyMap<string, Made>): Operation | undefined {
  if (kind === 'release' || kind === 'expire') return { kind, hold: of };
  const operation = asked.get(of);
  return operation?.kind === kind ? operation : undefined;
}

/** What was promised and is not in the ledger, and what was refused and is. */
function unwritten({ events }: LevelHistory, { entries }: Ledger): readonly string[] {
  const written = new Set(entries.map(({ kind, of }) => `${kind} ${of}`));
  return events.flatMap(({ operation, answer }) => {
    const name = 'hold' in operation ? operation.hold : operation.kind === 'receive' ? operation.document : undefined;
    if (name === undefined || operation.kind === 'confirm' || operation.kind === 'look') return [];
    const effect = `${operation.kind} ${name}`;
    const isThere = written.has(effect);
    if (answer.kind === 'refused' && operation.kind === 'reserve' && isThere)
      return [`${effect} was refused and is there`];
    if (answer.kind !== 'refused' && answer.kind !== 'unknown' && !isThere)
      return [`${effect} was acknowledged and is not there`];
    return [];
  });
}

/** A version of a hold is one state: two callers cannot both have made it something else. */
function twoTold({ events }: LevelHistory, { holds }: Ledger): readonly string[] {
  const told = new Map([...holds].map(([hold, { state, version }]) => [`${hold} at version ${version}`, state]));
  return events.flatMap(({ operation, answer }) => {
    if (answer.kind !== 'hold' || !('hold' in operation)) return [];
    const version = `${operation.hold} at version ${answer.version}`;
    const other = told.get(version) ?? answer.state;
    told.set(version, other);
    return other === answer.state ? [] : [`${version} is ${other}, and was told as ${answer.state}`];
  });
}

interface Place {
  readonly event: Event;
  /** It saw or made this version. */
  readonly version: number;
  /** Whether it made it; who only saw it may come later. */
  readonly isMaker: boolean;
}

function placed(
  { events }: LevelHistory,
  { ledger, states }: { ledger: Ledger; states: Replayed['states'] },
): readonly string[] {
  const versions = new Map(ledger.entries.map(({ kind, of, version }) => [`${kind} ${of}`, version]));
  const releases = new Map<string, number>();
  for (const { operation } of events)
    if (operation.kind === 'release') releases.set(operation.hold, (releases.get(operation.hold) ?? 0) + 1);
  const places = events.flatMap((event) => placeOf(event, { versions, releases }));
  return [...misread(places, states), ...backward(places)];
}

interface Versions {
  /** By kind and name. */
  readonly versions: ReadonlyMap<string, number>;
  /** How many asked for the release of a hold: of several it is not known whose it was. */
  readonly releases: ReadonlyMap<string, number>;
}

function placeOf(event: Event, { versions, releases }: Versions): readonly Place[] {
  const { operation, answer, client } = event;
  if (client === NOBODY || answer.kind === 'unknown') return [];
  if (answer.kind === 'level') return [{ event, version: answer.version, isMaker: false }];
  const at = (effect: string, isMaker: boolean): readonly Place[] => {
    const version = versions.get(effect);
    return version === undefined ? [] : [{ event, version, isMaker }];
  };
  if (operation.kind === 'receive') return at(`receive ${operation.document}`, true);
  if (!('hold' in operation)) return [];
  if (answer.kind === 'refused') {
    if (answer.why === 'expired') return at(`expire ${operation.hold}`, false);
    return answer.why === 'ended' ? at(`release ${operation.hold}`, false) : [];
  }
  if (operation.kind === 'reserve') return at(`reserve ${operation.hold}`, true);
  return operation.kind === 'release'
    ? at(`release ${operation.hold}`, releases.get(operation.hold) === 1)
    : at(`reserve ${operation.hold}`, false);
}

function misread(places: readonly Place[], states: Replayed['states']): readonly string[] {
  return places.flatMap(({ event: { name, answer }, version }) => {
    if (answer.kind !== 'level') return [];
    const level = states[version];
    if (level?.onHand === answer.onHand && level.reserved === answer.reserved) return [];
    return [
      `${name} told ${answer.onHand} with ${answer.reserved} held at version ${version}, where ${level?.onHand} with ${level?.reserved} were`,
    ];
  });
}

/** A maker stands after all that was over when it began; a reader not before. */
function backward(places: readonly Place[]): readonly string[] {
  const over = places.toSorted((a, b) => a.event.returnedAt - b.event.returnedAt);
  const begun = places.toSorted((a, b) => a.event.calledAt - b.event.calledAt);
  const problems: string[] = [];
  let next = 0;
  let newest: Place | undefined;
  for (const place of begun) {
    for (let each = over[next]; each !== undefined && each.event.returnedAt < place.event.calledAt; each = over[next]) {
      if (newest === undefined || each.version > newest.version) newest = each;
      next += 1;
    }
    const isTooOld =
      newest !== undefined && (place.version < newest.version || (place.isMaker && place.version === newest.version));
    const isReader = place.isMaker || place.event.answer.kind === 'level';
    if (isTooOld && isReader)
      problems.push(
        `${place.event.name} stands at version ${place.version}, though ${newest?.event.name} at version ${newest?.version} was over before it began`,
      );
  }
  return problems;
}
