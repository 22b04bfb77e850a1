/** Keeps a dependency that does not answer from costing every request its time-out: after some failures in a row it is left alone for a while. */

export interface CircuitBreaker {
  /** False while the dependency is left alone. After the rest one caller at a time may try. */
  mayTry(): boolean;
  succeeded(): void;
  /** Answers how many failures there have been in a row. */
  failed(): number;
}

export interface CircuitOptions {
  readonly failures: number;
  readonly restMs: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

export function createCircuitBreaker(options: CircuitOptions): CircuitBreaker {
  const now = options.now ?? (() => performance.now());
  let inARow = 0;
  let restUntil = 0;
  return {
    mayTry: () => {
      if (inARow < options.failures) return true;
      if (now() < restUntil) return false;
      // This caller probes; the others rest on until it knows.
      restUntil = now() + options.restMs;
      return true;
    },
    succeeded: () => {
      inARow = 0;
    },
    failed: () => {
      inARow += 1;
      restUntil = now() + options.restMs;
      return inARow;
    },
  };
}
