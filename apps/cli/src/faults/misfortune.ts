/**
 * What befalls a program from within. Loaded before it (`--import …/misfortune.js?do=throw`), it waits for SIGUSR2; a shifted
 * clock is there from the start.
 */
const { searchParams } = new URL(import.meta.url);
const amount = Number(searchParams.get('by') ?? 0);
const HOARD_BYTES = 1_000_000;

switch (searchParams.get('do')) {
  case 'throw':
    onSignal(() => {
      throw new Error('a misfortune');
    });
    break;
  case 'reject':
    onSignal(() => void Promise.reject(new Error('a misfortune')));
    break;
  case 'hoard':
    onSignal(hoard);
    break;
  case 'block':
    onSignal(() => block(amount));
    break;
  case 'shift':
    shiftClock(amount);
    break;
  case null:
    break;
}

function onSignal(befall: () => void): void {
  process.on('SIGUSR2', () => setTimeout(befall));
}

/** Keeps whatever it makes, until the engine of JavaScript gives up. */
function hoard(): void {
  for (const hoarded: unknown[] = []; ;) hoarded.push(Array.from({ length: HOARD_BYTES / 8 }, () => Math.random()));
}

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Every reading of the wall clock by this program; timers and what measures spans go on as they were. */
function shiftClock(ms: number): void {
  const Real = Date;
  class Shifted extends Real {
    constructor(...parts: unknown[]) {
      // Whatever a program may hand to Date goes on to it.
      super(...((parts.length === 0 ? [Real.now() + ms] : parts) as [number]));
    }

    static override now(): number {
      return Real.now() + ms;
    }
  }
  globalThis.Date = Shifted as DateConstructor;
}
