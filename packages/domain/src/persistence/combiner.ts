/**
 * Gathers calls that wait for the same rows. Of every lane one flush is in flight, and it takes what came while the last one
 * ran: the fuller the house, the larger the flush, and no timer decides. A flush that waits for somebody else's lock is left
 * to itself, with those that want the same after it, and the lane goes on beside it. It knows nothing of stock or of SQL.
 */
import { GranaryError } from '@granary/contracts/error';

export interface Passenger {
  /** What it wants: of several lanes, calls of one key take the same, and none overtakes another one of its key. */
  readonly lane: string;
  /** In milliseconds of performance.now(): whoever waits longer is sent away before it is begun. */
  readonly leavesAt: number;
}

export type Tell<P, Answer> = (passenger: P, answer: Answer) => void;

export interface CombinerOptions<P, Answer> {
  readonly lanes: number;
  /** The most calls of a flush. */
  readonly most: number;
  /** The most calls that wait in a lane, however fast it is; more are refused at once, so that nobody waits in vain. */
  readonly queue: number;
  /** Tells each of them as soon as its answer is known. What it throws, all are told that were told nothing. */
  readonly flush: (passengers: readonly P[], tell: Tell<P, Answer>) => Promise<void>;
}

export interface CombinerTally {
  readonly flushes: number;
  readonly calls: number;
  readonly largest: number;
}

export interface Combiner<P, Answer> {
  submit(passenger: P): Promise<Answer>;
  /** Since the process began. */
  tally(): CombinerTally;
}

interface Waiting<P, Answer> {
  readonly passenger: P;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: unknown) => void;
}

interface Lane<P, Answer> {
  waiting: Waiting<P, Answer>[];
  /** They want what a held-up flush has or waits for: of their own accord they would only hold up another one. */
  behind: Waiting<P, Answer>[];
  isRunning: boolean;
  /** What the calls of each flush want that has gone on for so long that it must be waiting for somebody. */
  readonly heldUp: Set<ReadonlySet<string>>;
  /** Sends those away that wait too long while nobody takes them. */
  sweeping: NodeJS.Timeout | undefined;
  /** In large flushes; 0 until there was one. */
  msPerCall: number;
}

/** A flush that runs longer waits for a lock: a full one takes a tenth of it. */
const PATIENCE_MS = 250;
/** Each of them keeps a connection. Beyond these the lane waits as well. */
const MOST_HELD_UP = 4;
/** Whoever would wait longer than this behind others is turned away. */
const MOST_WAIT_MS = 200;
/** How much of the known pace the next flush changes. */
const NEWS = 0.25;

export function createCombiner<P extends Passenger, Answer>(options: CombinerOptions<P, Answer>): Combiner<P, Answer> {
  const { most, queue, flush } = options;
  const lanes = Array.from({ length: options.lanes }, () => emptyLane<P, Answer>());
  const tally = { flushes: 0, calls: 0, largest: 0 };

  async function run(lane: Lane<P, Answer>): Promise<void> {
    lane.isRunning = true;
    // Calls of the same tick belong together.
    await Promise.resolve();
    while (lane.waiting.length > 0 && lane.heldUp.size < MOST_HELD_UP) {
      const taken = inTime(lane.waiting.splice(0, most));
      if (taken.length > 0) await goWith(lane, taken);
      // Whoever was just answered may have a next call, and what came over the network meanwhile is let in.
      await new Promise((resolve) => setImmediate(resolve));
    }
    lane.isRunning = false;
  }

  async function goWith(lane: Lane<P, Answer>, taken: readonly Waiting<P, Answer>[]): Promise<void> {
    const served = serve(lane, taken);
    if (await isOverInTime(served)) return;
    const wants = new Set(taken.map(({ passenger }) => passenger.lane));
    holdUp(lane, wants);
    void served.then(() => {
      letGo(lane, wants);
      if (!lane.isRunning) void run(lane);
    });
  }

  async function serve(lane: Lane<P, Answer>, taken: readonly Waiting<P, Answer>[]): Promise<void> {
    tally.flushes += 1;
    tally.calls += taken.length;
    tally.largest = Math.max(tally.largest, taken.length);
    const untold = new Map(taken.map((each) => [each.passenger, each]));
    const tell: Tell<P, Answer> = (passenger, answer) => {
      untold.get(passenger)?.resolve(answer);
      untold.delete(passenger);
    };
    const begunAt = performance.now();
    try {
      await flush([...untold.keys()], tell);
      for (const { reject } of untold.values()) reject(new Error('a flush left a call unanswered'));
    } catch (error) {
      for (const { reject } of untold.values()) reject(error);
    }
    // Small flushes say little of what a call costs in a full house.
    if (taken.length >= most / 2) lane.msPerCall = paceAfter(lane.msPerCall, taken.length, performance.now() - begunAt);
  }

  return {
    submit: async (passenger) => {
      const lane = lanes[laneOf(passenger.lane, lanes.length)];
      if (lane === undefined) throw new Error('a combiner needs a lane');
      const line = isHeldUp(lane.heldUp, passenger.lane) ? lane.behind : lane.waiting;
      if (line.length >= roomOf(lane.msPerCall, { most, queue }))
        throw overloaded('More calls wait for this stock than can be served in time.', line.length * lane.msPerCall);
      return await new Promise<Answer>((resolve, reject) => {
        line.push({ passenger, resolve, reject });
        if (!lane.isRunning) void run(lane);
      });
    },
    tally: () => ({ ...tally }),
  };
}

function emptyLane<P, Answer>(): Lane<P, Answer> {
  return { waiting: [], behind: [], isRunning: false, heldUp: new Set(), sweeping: undefined, msPerCall: 0 };
}

/** How many may wait: what can be served in time, as far as that is known, and always two flushes. */
function roomOf(msPerCall: number, { most, queue }: { most: number; queue: number }): number {
  return msPerCall === 0 ? queue : Math.min(queue, Math.max(2 * most, MOST_WAIT_MS / msPerCall));
}

/** Waiting for others is not what a call costs. */
function paceAfter(msPerCall: number, calls: number, tookMs: number): number {
  const now = Math.min(tookMs, PATIENCE_MS) / calls;
  return msPerCall === 0 ? now : msPerCall + (now - msPerCall) * NEWS;
}

async function isOverInTime(served: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  try {
    return await Promise.race([served.then(() => true), patience]);
  } finally {
    clearTimeout(timer);
  }
}

function isHeldUp(heldUp: ReadonlySet<ReadonlySet<string>>, key: string): boolean {
  return [...heldUp].some((wants) => wants.has(key));
}

function holdUp<P extends Passenger, Answer>(lane: Lane<P, Answer>, wants: ReadonlySet<string>): void {
  lane.heldUp.add(wants);
  lane.sweeping ??= setInterval(() => {
    lane.waiting = [...inTime(lane.waiting)];
    lane.behind = [...inTime(lane.behind)];
  }, PATIENCE_MS);
  part(lane);
}

function letGo<P extends Passenger, Answer>(lane: Lane<P, Answer>, wants: ReadonlySet<string>): void {
  lane.heldUp.delete(wants);
  if (lane.heldUp.size === 0) {
    clearInterval(lane.sweeping);
    lane.sweeping = undefined;
  }
  part(lane);
}

/** Each in its line, those behind first: they came before all that wait for the same. */
function part<P extends Passenger, Answer>(lane: Lane<P, Answer>): void {
  const all = [...lane.behind, ...lane.waiting];
  lane.behind = all.filter(({ passenger }) => isHeldUp(lane.heldUp, passenger.lane));
  lane.waiting = all.filter(({ passenger }) => !isHeldUp(lane.heldUp, passenger.lane));
}

function inTime<P extends Passenger, Answer>(taken: readonly Waiting<P, Answer>[]): readonly Waiting<P, Answer>[] {
  const now = performance.now();
  const isLate = ({ passenger }: Waiting<P, Answer>) => passenger.leavesAt <= now;
  for (const { reject } of taken.filter(isLate))
    reject(overloaded('The call has waited too long to be served in time.', 0));
  return taken.filter((each) => !isLate(each));
}

function overloaded(message: string, waitMs: number): GranaryError {
  return new GranaryError('overloaded', {
    message,
    hint: 'Try again after the time in Retry-After, with the same idempotency key.',
    details: { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) },
  });
}

/** FNV-1a: spreads short keys evenly, and is the same for everybody. */
function laneOf(key: string, lanes: number): number {
  if (lanes === 1) return 0;
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % lanes;
}
