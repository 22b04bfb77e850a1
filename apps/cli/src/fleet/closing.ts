/** What has to be closed again, newest first, however far the opening got: a process left running keeps the command from ending. */
export interface Closing {
  /** Notes how to close what was just opened. */
  add(close: () => Promise<unknown>): void;
  /** Closes everything, also after one of them failed, and then tells the first failure. */
  close(): Promise<void>;
}

export function createClosing(): Closing {
  const works: (() => Promise<unknown>)[] = [];
  return {
    add: (work) => void works.push(work),
    async close() {
      const failures: unknown[] = [];
      for (let work = works.pop(); work !== undefined; work = works.pop()) {
        await work().catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}
