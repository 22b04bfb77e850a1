/** A process of the harness: told what to do by messages, ended by a signal, and gone when the harness is. */
import { type ChildProcess, fork } from 'node:child_process';
import { deferred } from '../fleet/deferred.ts';
import type { Order, Report } from './message.ts';

export interface Child {
  readonly pid: number;
  /** What it answers to being ready. */
  readonly ready: Extract<Report, { kind: 'ready' }>;
  /** The signal or code with which it ended. */
  readonly ended: Promise<string>;
  isAlive(): boolean;
  /** Resolves with the next report of this kind, or after so long. */
  next(kind: Report['kind'], withinMs: number): Promise<void>;
  send(order: Order): void;
  signal(signal: NodeJS.Signals): void;
  /** Asks it to end, and kills it if it does not. */
  stop(): Promise<string>;
}

const PATIENCE_MS = 20_000;

/** Children run what was built, also when the parent is a test that runs from its sources. */
export async function startChild(
  program: 'worker-process' | 'stream-process' | 'receiver-process',
  order: Order,
): Promise<Child> {
  const child = fork(new URL(`../../dist/events/${program}.js`, import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<string>((resolve) => child.once('exit', (code, by) => resolve(by ?? `code ${code}`)));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${program} could not be started`);
  const ready = await readiness(child, { program, order, ended }).catch(async (error: unknown) => {
    child.kill('SIGKILL');
    await ended;
    throw error;
  });
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  return {
    ...{ pid, ready, ended, isAlive },
    next: (kind, withinMs) => nextOf(child, kind, withinMs),
    send: (message) => void child.send(message, () => undefined),
    signal: (signal) => void child.kill(signal),
    stop: async () => {
      // One that was paused hears nothing else.
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      return await ended.finally(() => clearTimeout(timer));
    },
  };
}

async function readiness(
  child: ChildProcess,
  { program, order, ended }: { program: string; order: Order; ended: Promise<string> },
): Promise<Child['ready']> {
  const opened = deferred<Child['ready']>();
  const listen = (report: Report) => {
    if (report.kind === 'ready') opened.resolve(report);
    if (report.kind === 'failed') opened.reject(new Error(report.message));
  };
  child.on('message', listen);
  child.send(order, (error) => error !== null && opened.reject(error));
  void ended.then((how) => opened.reject(new Error(`${program} ended by ${how} before it was ready`)));
  return await opened.promise.finally(() => child.off('message', listen));
}

function nextOf(child: ChildProcess, kind: Report['kind'], withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const listen = (report: Report) => report.kind === kind && end();
    const timer = setTimeout(() => end(), withinMs);
    const end = () => {
      clearTimeout(timer);
      child.off('message', listen);
      resolve();
    };
    child.on('message', listen);
  });
}
