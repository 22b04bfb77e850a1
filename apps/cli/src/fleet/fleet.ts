/** Several api processes over one database, as they stand behind a load balancer. */
import { type ChildProcess, fork } from 'node:child_process';
import { createClient, type GranaryClient } from '@granary/client';
import { errorFromAnswer } from '@granary/contracts/error';
import { deferred, type Deferred } from './deferred.ts';
import type { Order, ProcessFacts, Report, ServicePath } from './message.ts';

export interface Member {
  readonly url: string;
  /** Through the HTTP door; every call travels alone and is sent once, so that a race is a race. */
  readonly client: GranaryClient;
  /** Past the HTTP door, straight into the engine of that process. */
  service(path: ServicePath, input: unknown): Promise<unknown>;
  facts(): Promise<ProcessFacts>;
  /** Its next COMMIT will be its last act. */
  dieAfterCommit(): Promise<void>;
  /** Kills it at once, whatever it is doing. */
  kill(): void;
  /** The signal or code with which it ended. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface MemberOptions {
  /** Variables of the environment table. */
  readonly settings: Readonly<Record<string, string>>;
  /** A lock service that says yes to everybody, in place of the configured one. */
  readonly grantEverybody?: boolean;
  readonly batch?: boolean;
}

export interface Fleet {
  readonly members: readonly Member[];
  member(index: number): Member;
  facts(): Promise<ProcessFacts[]>;
  stop(): Promise<void>;
}

const CALL_TIMEOUT_MS = 90_000;
// Children run what was built, also when the parent is a test that runs from its sources.
const PROGRAM = new URL('../../dist/fleet/process.js', import.meta.url);

export async function startFleet(size: number, options: MemberOptions): Promise<Fleet> {
  const starts = await Promise.allSettled(Array.from({ length: size }, () => startMember(options)));
  const members = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(members.map((member) => member.stop()));
    throw failed.reason;
  }
  return {
    members,
    member(index) {
      const member = members[index % members.length];
      if (member === undefined) throw new Error('a fleet without members');
      return member;
    },
    facts: () => Promise.all(members.map((member) => member.facts())),
    stop: async () => {
      await Promise.all(members.map((member) => member.stop()));
    },
  };
}

export async function startMember({ settings, grantEverybody = false, batch = false }: MemberOptions): Promise<Member> {
  const child = fork(PROGRAM, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`)),
  );
  const stop = async () => {
    if (child.connected) child.disconnect();
    await ended;
  };
  const talk = conversation(child, ended);
  const url = await talk.open({ kind: 'open', settings, grantEverybody }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url,
    client: createClient({ url, batch, retries: 0, timeoutMs: CALL_TIMEOUT_MS }),
    service: (path, input) => talk.ask((id) => ({ kind: 'call', id, path, input })),
    facts: async () => (await talk.ask((id) => ({ kind: 'facts', id }))) as ProcessFacts,
    dieAfterCommit: async () => {
      await talk.ask((id) => ({ kind: 'die after commit', id }));
    },
    kill: () => void child.kill('SIGKILL'),
    ended,
    stop,
  };
}

function conversation(child: ChildProcess, ended: Promise<string>) {
  const waiting = new Map<number, Deferred<unknown>>();
  const opened = deferred<string>();
  let lastId = 0;
  const fail = (message: string) => {
    const error = new Error(message);
    opened.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on('message', (report: Report) => {
    if (report.kind === 'open') return opened.resolve(report.url);
    if (report.kind === 'failed') return fail(report.message);
    const asked = waiting.get(report.id);
    waiting.delete(report.id);
    if (report.kind === 'done') asked?.resolve(report.value);
    else asked?.reject(errorFromAnswer(report.answer));
  });
  void ended.then((how) => fail(`the process ended by ${how}`));
  const send = (order: Order) => void child.send(order, (error) => error !== null && fail(error.message));
  return {
    open(order: Order): Promise<string> {
      send(order);
      return opened.promise;
    },
    ask(order: (id: number) => Order): Promise<unknown> {
      const id = (lastId += 1);
      const asked = deferred<unknown>();
      waiting.set(id, asked);
      send(order(id));
      return asked.promise;
    },
  };
}
