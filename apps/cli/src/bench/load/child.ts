/** One process of a bench: it is asked one thing at a time and answers each, and its end is an error for whoever waits. */
import { type ChildProcess, fork } from 'node:child_process';

export interface Child {
  ask<Answer>(order: object): Promise<Answer>;
  stop(): Promise<void>;
}

/** What was built is run, also where the parent is a test that runs from its sources. */
export function startChild(program: string): Child {
  const url = new URL(`../../../dist/bench/${program}.js`, import.meta.url);
  const child = fork(url, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return {
    ask: <Answer>(order: object) => ask<Answer>(child, order),
    stop: () => ended(child),
  };
}

function ask<Answer>(child: ChildProcess, order: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`a process of the bench ended by code ${code}`));
    child.once('exit', onExit);
    child.once('message', (answer) => {
      child.off('exit', onExit);
      // The program at the other end answers what the caller names; both stand in one folder.
      resolve(answer as Answer);
    });
    child.send(order);
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  if (child.connected) child.disconnect();
  await exit;
}
