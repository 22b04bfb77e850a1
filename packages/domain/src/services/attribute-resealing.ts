/** Sealed attributes when keys change: what an older key sealed is sealed anew with the first one; what no key opens is named. */
import { type Attributes, SEALED } from '@granary/contracts/attributes';
import type { Call } from '../call.ts';
import {
  lockSealedRow,
  readSealedRows,
  sealedNouns,
  type SealedNoun,
  type SealedRow,
  writeSealed,
} from '../persistence/sealed-store.ts';
import type { Examination, Sign } from '../ports/examination.ts';
import type { SecretBox } from '../ports/secret-box.ts';
import { batchPlace, isSealed, mapSealed, skuPlace } from '../rules/sealed-attributes.ts';
import type { PlaceOf } from './attribute-sealing.ts';
import type { Engine } from './execution.ts';
import { readyBox } from './webhook-secret.ts';

export interface AttributeSealing {
  /** SKUs and batches with something sealed. */
  readonly looked: number;
  /** Of these the ones that an older key seals in part. */
  readonly old: number;
  /** Of the old ones, those that are sealed with the first key now. */
  readonly resealed: number;
  /** What does not open, such as `batch 01J… (purchaseTerms)`: its key is missing, or it was changed or moved. */
  readonly unopened: readonly string[];
}

export interface SealingOptions {
  /** To seal anew, or only to look. */
  readonly reseal?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (looked: number) => void;
}

type State = 'fresh' | 'old' | 'unopened';

const PAGE = 100;
const DEADLINE_MS = 60_000;
const UNOPENED = 'No key at hand opens it: put the one that it names into ENCRYPTION_KEYS, or write the value anew.';

export function createAttributeSealing(engine: Engine) {
  /** Looks at all of them, a page at a time, and seals the old ones anew; begun again it has only the rest to do. Throws INV_012 without a key. */
  return async ({ reseal = false, signal, onProgress }: SealingOptions = {}): Promise<AttributeSealing> => {
    readyBox(engine.ports, 'Sensitive attributes need a key that they are sealed with');
    let [looked, old, resealed] = [0, 0, 0];
    const unopened: string[] = [];
    for (const noun of sealedNouns) {
      for (let after: string | undefined = ''; after !== undefined;) {
        signal?.throwIfAborted();
        const page = await lookAt(engine, noun, after);
        for (const { row, state } of page.found) {
          looked += 1;
          if (state === 'unopened') unopened.push(named(engine, noun, row));
          if (state !== 'old') continue;
          old += 1;
          if (reseal && (await resealRow(engine, noun, row.id))) resealed += 1;
        }
        onProgress?.(looked);
        after = page.next;
      }
    }
    return { looked, old, resealed, unopened };
  };
}

/** For the doctor: without a key nothing is sealed, and whoever needs it is told. */
export function attributeExaminations(engine: Engine): readonly Examination[] {
  return sealedNouns.map((noun) => ({
    finds: ['secrets'],
    look: async (after) => {
      if (engine.ports.secretBox?.isReady !== true) return { signs: [], next: undefined, looked: 0 };
      const { found, next } = await lookAt(engine, noun, after);
      return { signs: found.flatMap((each) => signOf(engine, noun, each)), next, looked: found.length };
    },
  }));
}

interface Found {
  readonly row: SealedRow;
  readonly state: State;
}

function signOf(engine: Engine, noun: SealedNoun, { row, state }: Found): readonly Sign[] {
  const sign = { ailment: 'secrets', where: named(engine, noun, row) } as const;
  if (state === 'fresh') return [];
  if (state === 'unopened') return [{ ...sign, detail: 'a sealed attribute does not open', why: UNOPENED }];
  const cure = () => resealRow(engine, noun, row.id);
  return [{ ...sign, detail: 'an attribute is sealed with an older key', cure }];
}

async function lookAt(engine: Engine, noun: SealedNoun, after: string) {
  const box = readyBox(engine.ports);
  const rows = await engine.units.read((tx) => readSealedRows(tx, noun, { after, limit: PAGE }), DEADLINE_MS);
  const found = rows
    .filter(({ attributes }) => Object.values(attributes).some(isSealed))
    .map((row): Found => ({ row, state: stateOf(box, noun, row) }));
  return { found, next: rows.length < PAGE ? undefined : rows.at(-1)?.id };
}

/** Whether it was resealed, and not by somebody else meanwhile. */
async function resealRow(engine: Engine, noun: SealedNoun, id: string): Promise<boolean> {
  const box = readyBox(engine.ports);
  return await engine.units.write(resealCall(), async (tx) => {
    const row = await lockSealedRow(tx, noun, id);
    if (row === undefined || stateOf(box, noun, row) !== 'old') return false;
    const place = placeIn(noun, row);
    const attributes: Attributes = mapSealed(row.attributes, (sealed, name) => ({
      [SEALED]: box.sealAlike(box.open(sealed, place(name)), place(name)),
    }));
    await writeSealed(tx, noun, { ...row, attributes });
    return true;
  });
}

function stateOf(box: SecretBox, noun: SealedNoun, row: SealedRow): State {
  const sealed = sealedOf(row);
  if (closedOf(box, noun, row).length > 0) return 'unopened';
  return sealed.some(([, text]) => box.needsReseal(text)) ? 'old' : 'fresh';
}

function named(engine: Engine, noun: SealedNoun, row: SealedRow): string {
  const closed = closedOf(readyBox(engine.ports), noun, row);
  const names = closed.length > 0 ? closed : sealedOf(row).map(([name]) => name);
  return `${noun} ${row.id} (${names.join(', ')})`;
}

/** The names of what does not open. */
function closedOf(box: SecretBox, noun: SealedNoun, row: SealedRow): readonly string[] {
  const place = placeIn(noun, row);
  const opens = (sealed: string, name: string) => {
    try {
      return box.opens(sealed, place(name));
    } catch {
      // Its key is missing.
      return false;
    }
  };
  return sealedOf(row).flatMap(([name, text]) => (opens(text, name) ? [] : [name]));
}

function sealedOf({ attributes }: SealedRow): readonly (readonly [string, string])[] {
  return Object.entries(attributes).flatMap(([name, value]) =>
    isSealed(value) ? [[name, value[SEALED]] as const] : [],
  );
}

function placeIn(noun: SealedNoun, { skuId }: SealedRow): PlaceOf {
  return (name) => (noun === 'sku' ? skuPlace : batchPlace)(skuId, name);
}

function resealCall(): Call {
  return { caller: { actor: 'worker', address: null, agent: 'granary-secrets', requestId: 'reseal' } };
}
