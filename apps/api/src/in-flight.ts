/** Counts the requests being answered, so that a drain can wait for them and end their connections politely. */
import type { ServerResponse } from 'node:http';

export interface InFlight {
  readonly count: number;
  isDraining(): boolean;
  add(response: ServerResponse): void;
  /** From now on every answer ends its connection: a kept-alive one would bring new work. */
  startDraining(): void;
}

export function createInFlight(): InFlight {
  const open = new Set<ServerResponse>();
  let draining = false;
  return {
    get count() {
      return open.size;
    },
    isDraining: () => draining,
    add(response) {
      open.add(response);
      response.once('close', () => open.delete(response));
      if (draining) response.setHeader('connection', 'close');
    },
    startDraining() {
      draining = true;
      for (const response of open) if (!response.headersSent) response.setHeader('connection', 'close');
    },
  };
}
