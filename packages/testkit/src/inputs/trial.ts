/** Every value to try on every field of every procedure: the plan of a run. */
import { accepted, type BadInput, type Place } from './bad-input.ts';
import type { BaseInputs } from './base-inputs.ts';
import { moneyInputs, numberInputs } from './number-classes.ts';
import { fieldsOf, type Field, type Schema } from './schema-fields.ts';
import { stringInputs } from './string-classes.ts';
import { at } from './wire.ts';

export interface Trial {
  readonly procedure: string;
  readonly field: Field;
  /** Which of the base inputs has the field. */
  readonly variant: number;
  readonly base: unknown;
  readonly input: BadInput;
}

/** Fields that no base input has, because a valid call without them says more. */
const ADDED = new Set(['cursor', 'idempotencyKey']);

/** Kinds that the classes of 7.1 and 7.2 do not speak of. */
const OTHER_KINDS: ReadonlySet<string> = new Set(['boolean', 'free']);

export function trialsOf(procedure: string, of: { schema: Schema; bases: BaseInputs }): Trial[] {
  const seenOnce = new Set<number>();
  return fieldsOf(of.schema).flatMap((field) => {
    if (OTHER_KINDS.has(field.kind)) return [];
    const variant = variantFor(field, of.bases);
    const base = variant === undefined ? undefined : at(of.bases[variant], field.path);
    if (variant === undefined) throw new Error(`no base call of ${procedure} has the field ${field.path.join('.')}`);
    return inputsFor({ procedure, field, base }).flatMap((input) => {
      if (input.once === true && seenOnce.has(input.class)) return [];
      if (input.once === true) seenOnce.add(input.class);
      return [{ procedure, field, variant, base, input }];
    });
  });
}

function variantFor(field: Field, bases: BaseInputs): number | undefined {
  const found = bases.findIndex((base) => at(base, field.path) !== undefined);
  if (found !== -1) return found;
  return ADDED.has(field.name) && field.path.length === 1 ? 0 : undefined;
}

function inputsFor(place: Place): BadInput[] {
  if (place.field.kind === 'integer') return numberInputs(place);
  // Money is text as well.
  return place.field.kind === 'money' ? [...moneyInputs(place), ...stringInputs(place)] : stringInputs(place);
}

/** The same value written in another form is that of the very call that is made. */
export function aimAt(trial: Trial, base: unknown): Trial {
  const own = at(base, trial.field.path);
  if (trial.input.class !== 40 || typeof own !== 'string') return trial;
  return {
    ...trial,
    base: own,
    input: { ...trial.input, raw: JSON.stringify(own.normalize('NFD')), expected: accepted(own) },
  };
}

/** Enough of the trials that every class is met twice and every procedure once; which ones depends on the seed. */
export function sampleOf(trials: readonly Trial[], seed: number): Trial[] {
  const shuffled = shuffle(trials, seed);
  const classes = new Map<number, Set<string>>();
  const procedures = new Set<string>();
  return shuffled.filter(({ procedure, input }) => {
    const met = classes.get(input.class) ?? new Set<string>();
    const wanted = (met.size < 2 && !met.has(procedure)) || !procedures.has(procedure);
    if (!wanted) return false;
    classes.set(input.class, met.add(procedure));
    procedures.add(procedure);
    return true;
  });
}

/** Fisher and Yates, with a small generator of its own: the same seed must give the same sample on every machine. */
function shuffle<T>(list: readonly T[], seed: number): T[] {
  const copy = [...list];
  let state = (seed >>> 0) + 0x9e3779b9;
  for (let left = copy.length - 1; left > 0; left -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (left + 1));
    const [a, b] = [copy[left], copy[other]];
    if (a !== undefined && b !== undefined) [copy[left], copy[other]] = [b, a];
  }
  return copy;
}
