/** Readings under way: whoever asks the same thing meanwhile waits for them, unless something has changed since they began. */
import type { Sources } from '@granary/domain/ports/read-cache';
import type { KeptAnswer } from './answer-shelf.ts';

/** When and from what something was read. */
export type Origin = Pick<KeptAnswer, 'mark' | 'readAtMs' | 'sources'>;

export interface FlightControl {
  mark(): number;
  now(): number;
  /** Whether an answer from there may still be given. */
  isCurrent(origin: Origin): boolean;
  joined(): void;
}

/** Ends well in any case: what failed is told to those whom it concerns. */
export interface Landed {
  /** Where in the order of changes it was read. */
  readonly mark: number;
  /** Undefined where there is no answer. */
  readonly kept?: KeptAnswer | undefined;
  readonly error?: unknown;
}

interface Flight extends Pick<Origin, 'mark' | 'readAtMs'> {
  readonly landed: Promise<Landed>;
}

export interface Flights {
  /** Reads these keys, each by one flight, and answers what landed for every key. */
  wait(
    keys: readonly string[],
    read: (own: readonly string[]) => Promise<ReadonlyMap<string, Landed>>,
  ): Promise<ReadonlyMap<string, Landed>>;
}

/** `asks`: what a key is about. */
export function createFlights(control: FlightControl): (asks: (key: string) => Sources) => Flights {
  const flights = new Map<string, Flight>();

  function start(own: readonly string[], read: Parameters<Flights['wait']>[1]): void {
    const [mark, readAtMs] = [control.mark(), control.now()];
    const failed = (error: unknown) => new Map(own.map((key): [string, Landed] => [key, { mark, error }]));
    const batch = read(own).catch(failed);
    for (const key of own) {
      const landing = async (): Promise<Landed> => {
        const landed = (await batch).get(key) ?? { mark };
        if (flights.get(key) === flight) flights.delete(key);
        return landed;
      };
      const flight: Flight = { mark, readAtMs, landed: landing() };
      flights.set(key, flight);
    }
  }

  return (asks) => ({
    wait: async (keys, read) => {
      const askedAt = control.mark();
      const answers = new Map<string, Landed>();
      let wanted = keys;
      while (wanted.length > 0) {
        const own = wanted.filter((key) => {
          const flight = flights.get(key);
          return flight === undefined || !control.isCurrent({ ...flight, sources: asks(key) });
        });
        if (own.length > 0) start(own, read);
        for (let joins = wanted.length - own.length; joins > 0; joins -= 1) control.joined();
        const flown = wanted.map((key) => flights.get(key)?.landed ?? Promise.resolve({ mark: -1 }));
        const landed = await Promise.all(flown);
        // One that began before the call is of use to it only if nothing has changed since.
        wanted = wanted.filter((key, at) => {
          const one: Landed = landed[at] ?? { mark: -1 };
          const isLate = one.mark < askedAt && !(one.kept !== undefined && control.isCurrent(one.kept));
          if (!isLate) answers.set(key, one);
          return isLate;
        });
      }
      return answers;
    },
  });
}
