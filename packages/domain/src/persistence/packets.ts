/**
 * The statements of one transaction on their way to the server: packed into as few round trips as may be, in their order, one
 * packet after the other. What follows a failure is not sent, as the server may have ended the transaction by itself.
 */
import type { Connection } from './connection.ts';
import type { Statement } from './transaction.ts';

export type Sent = Statement & { readonly answered?: (result: unknown) => void };
export type Waiting = Sent & {
  readonly rows: number;
  /** The server's way to look at what it answered; without it `answered` must be asked. */
  readonly guard?: Statement | undefined;
};

/** The first failure: whether or not the work minds, nothing of it may be committed. */
export interface Health {
  failure?: { readonly cause: unknown };
  /** Of a packet that nobody waited for. */
  unheard?: { readonly cause: unknown };
}

/** What is asked of a transaction that has failed already: it tells nothing of why. */
export class Aftermath extends Error {
  constructor({ cause }: NonNullable<Health['failure']>) {
    super('this transaction has failed already and takes no further statements', { cause });
    this.name = 'Aftermath';
  }
}

export interface Packets {
  /** With all that waits before them. */
  send(statements: readonly Statement[]): Promise<readonly unknown[]>;
  /** Before what waits, which is then written while nobody waits for it. See Tx. */
  sendAhead(statement: Statement, table: string): Promise<unknown>;
  later(write: Waiting): Promise<void>;
  /** What waits is on its way from now on, and nobody waits for it. */
  hurry(): void;
  /** Resolves once what was asked for in this breath is a packet: what is asked for then makes the next one. */
  apart(): Promise<void>;
  flush(): Promise<void>;
  /**
   * What waits, taken off the road to travel with COMMIT, each with its guard: the server stops before COMMIT where one does not
   * hold. Nothing where one of them must be looked at here, or where statements travel one by one.
   */
  seal(): readonly Statement[];
  /** Resolves when nothing is on its way any more, however that ended. */
  settled(): Promise<unknown>;
}

/** Rows that may wait for a statement: all of them stay well under the packets that servers take. */
const WAITING_ROWS = 500;

/** A packet that nobody waits for has no more, in all its statements. */
const PACKET_ROWS = 1000;

/** A write of so many rows is on its way at once, and the server stores them while the next ones are made. */
const LARGE_WRITE_ROWS = 50;

/** Statements that were asked for in one breath, such as by Promise.all: they make one round trip, in their order. */
interface Packet {
  readonly statements: Sent[];
  readonly answered: Promise<readonly unknown[]>;
  /** Resolves when it has its place on the road. */
  readonly closed: Promise<void>;
}

interface Road {
  readonly connection: Connection;
  readonly health: Health;
  waiting: Waiting[];
  overtaken: Waiting[];
  /** Sent as soon as the server has answered what is on its way. */
  hurried: Waiting[];
  hasBegun: boolean;
  packet?: Packet | undefined;
  onItsWay: Promise<unknown>;
}

/** `opening` travels with the first statement. */
export function openPackets(connection: Connection, health: Health, opening: readonly Sent[]): Packets {
  const waiting = opening.map((statement) => ({ ...statement, rows: 0 }));
  const road: Road = {
    connection,
    health,
    waiting,
    overtaken: [],
    hurried: [],
    hasBegun: false,
    onItsWay: Promise.resolve(),
  };
  const send: Packets['send'] = async (statements) => {
    const { answered, statements: packed } = (road.packet ??= openPacket(road));
    packed.push(...road.overtaken, ...road.waiting);
    road.overtaken = [];
    road.waiting = [];
    const from = packed.push(...statements) - statements.length;
    return (await answered).slice(from, from + statements.length);
  };
  const flush = async () => {
    if (road.waiting.length + road.overtaken.length > 0) await send([]);
    await road.onItsWay;
  };
  return {
    send,
    sendAhead: async (statement, table) => {
      if (!mayOvertake(road, table)) return (await send([statement]))[0];
      road.overtaken.push(...road.waiting);
      road.waiting = [];
      const { answered, statements } = (road.packet ??= openPacket(road));
      const at = statements.push(statement) - 1;
      return (await answered)[at];
    },
    later: async (write) => {
      road.waiting.push(write);
      const rows = road.waiting.reduce((sum, each) => sum + each.rows, 0);
      if (write.rows >= LARGE_WRITE_ROWS || rows > WAITING_ROWS) hurry(road);
    },
    hurry: () => {
      if (road.waiting.length > 0) hurry(road);
    },
    apart: async () => await road.packet?.closed,
    flush,
    seal: () => sealed(road),
    settled: () => road.onItsWay,
  };
}

function sealed(road: Road): readonly Statement[] {
  const { connection, packet, overtaken, waiting } = road;
  if (!connection.takesSeveral || packet !== undefined || overtaken.length > 0) return [];
  if (waiting.some(({ answered, guard }) => answered !== undefined && guard === undefined)) return [];
  road.waiting = [];
  return waiting.flatMap((write) => (write.guard === undefined ? [write] : [write, write.guard]));
}

/** The opening of the transaction is not to be overtaken, nor is what is written to the table that is asked. */
function mayOvertake({ hasBegun, overtaken, waiting, packet }: Road, table: string): boolean {
  if (!hasBegun || (packet !== undefined && overtaken.length === 0)) return false;
  return ![...overtaken, ...waiting].some(({ sql }) => sql.includes(table));
}

function openPacket(road: Road): Packet {
  const statements: Packet['statements'] = [];
  const post = async () => {
    road.packet = undefined;
    const results = await next(road, () => exchange(road, statements));
    if (road.overtaken.length > 0) writeMeanwhile(road, road.overtaken);
    road.overtaken = [];
    return results;
  };
  const breath = Promise.resolve();
  const answered = breath.then(post);
  return { statements, answered, closed: breath.then(() => undefined) };
}

/** What was asked for before goes first. */
function hurry(road: Road): void {
  const writes = [...road.overtaken, ...road.waiting];
  road.overtaken = [];
  road.waiting = [];
  if (road.packet === undefined) writeMeanwhile(road, writes);
  else road.packet.statements.push(...writes);
}

/** What comes while a packet is on its way makes the next one, together. */
function writeMeanwhile(road: Road, writes: readonly Waiting[]): void {
  road.hurried.push(...writes);
  const written = next(road, async () => {
    while (road.hurried.length > 0) {
      const packed = firstOf(road.hurried, PACKET_ROWS);
      road.hurried = road.hurried.slice(packed.length);
      await exchange(road, packed, 'unheard');
    }
  });
  // Whoever sends next, or ends the transaction, hears of it.
  written.catch(() => undefined);
}

function firstOf(writes: readonly Waiting[], most: number): readonly Waiting[] {
  let rows = 0;
  const end = writes.findIndex((write, at) => (rows += write.rows) > most && at > 0);
  return end < 0 ? writes : writes.slice(0, end);
}

async function next<T>(road: Road, work: () => Promise<T>): Promise<T> {
  const turn = road.onItsWay.then(work);
  road.onItsWay = turn.catch(() => undefined);
  return await turn;
}

async function exchange(road: Road, statements: readonly Sent[], heard?: 'unheard'): Promise<readonly unknown[]> {
  const { connection, health } = road;
  if (health.unheard !== undefined) throw health.unheard.cause;
  if (health.failure !== undefined) throw new Aftermath(health.failure);
  try {
    const results = await connection.queryAll(statements);
    road.hasBegun = true;
    for (const [at, { answered }] of statements.entries()) answered?.(results[at]);
    return results;
  } catch (error) {
    if (heard === 'unheard') health.unheard = { cause: error };
    health.failure ??= { cause: error };
    road.overtaken = [];
    road.hurried = [];
    throw error;
  }
}
