/** What costing adds to documents: the same engine on two empty databases, with its handler and without, document by document in turns. */
import type { Domain } from '@granary/domain';
import type { Granary } from '@granary/platform/granary';
import { type BenchContext, type Goal, rounded } from '../bench.ts';
import { median } from '../rounds.ts';

export interface Engines {
  readonly costed: Pick<Granary, 'domain'>;
  readonly plain: Pick<Granary, 'domain'>;
}

/** Documents of so many lines, of each kind and on each side, in one round. */
const SHAPES = [
  { lines: 1, documents: 40 },
  { lines: 10, documents: 20 },
  { lines: 100, documents: 8 },
] as const;

/** Fewer say little of what varies with everything else that the machine does. */
const LEAST_ROUNDS = 5;

/** What costing may add: a little more than a third. */
const MOST = 1.35;

const call = {
  caller: { actor: 'local', address: null, agent: 'granary-bench', requestId: 'bench' },
  deadlineMs: 60_000,
};

interface Shape {
  readonly lines: number;
  readonly documents: number;
}

export async function measureDocuments(
  engines: Engines,
  { rounds, sized }: BenchContext,
): Promise<{ readonly goals: readonly Goal[]; readonly figures: Readonly<Record<string, unknown>> }> {
  const goals: Goal[] = [];
  const ms: Record<string, number> = {};
  for (const { lines, documents } of SHAPES) {
    const shape = { lines, documents: Math.max(3, sized(documents)) };
    const measured = await measureShape(engines, shape, Math.max(LEAST_ROUNDS, rounds));
    for (const kind of KINDS) {
      const { costed, plain } = measured[kind];
      ms[`${kind} of ${lines} costed`] = rounded(median(costed));
      ms[`${kind} of ${lines}`] = rounded(median(plain));
      // Document over document, made one after the other: what slows the machine for a while slows both of a pair.
      const ratio = median(costed.map((each, at) => each / (plain[at] ?? Number.NaN)));
      goals.push({ name: `${kind} of ${lines} lines, costed over not costed`, measured: ratio, limit: MOST });
    }
  }
  return { goals, figures: { documentMs: ms } };
}

const KINDS = ['inbound', 'outbound'] as const;

/** Milliseconds of each document; the same place on both sides is the same document, in turns first here and first there. */
type Took = Record<(typeof KINDS)[number], Record<keyof Engines, number[]>>;

/** A round of its own makes the SKUs and warms up, and is not counted. */
async function measureShape(engines: Engines, { lines, documents }: Shape, rounds: number): Promise<Took> {
  const took: Took = { inbound: { costed: [], plain: [] }, outbound: { costed: [], plain: [] } };
  for (let number = 0; number < documents * (rounds + 1); number += 1) {
    const sides = number % 2 === 0 ? (['costed', 'plain'] as const) : (['plain', 'costed'] as const);
    for (const kind of KINDS) {
      for (const side of sides) {
        const startedAt = performance.now();
        await (kind === 'inbound' ? receive : sell)(engines[side].domain, { lines, number });
        if (number >= documents) took[kind][side].push(performance.now() - startedAt);
      }
    }
  }
  return took;
}

interface Numbered {
  readonly lines: number;
  readonly number: number;
}

const skuOf = (lines: number, line: number): string => `DOC-${lines}-${line}`;

const UNITS = 10;
/** Of the very first receipt: so each sale takes the rest of one batch and cuts the next, and as much is left for every later one. */
const LEFT_OVER = 3;

/** A batch of its own and a cost of its own every time, as purchases have. */
async function receive({ inbound }: Domain, { lines, number }: Numbered): Promise<void> {
  const quantity = number === 0 ? UNITS + LEFT_OVER : UNITS;
  await inbound.purchase(
    {
      documentNo: `PO-${lines}-${number}`,
      lines: Array.from({ length: lines }, (_, line) => ({
        ...{ skuId: skuOf(lines, line), quantity, unitCost: `${2 + ((number + line) % 9)}.25` },
        ...{ batchNo: `B-${number}`, locationId: 'default', qualityLevel: 'A' as const },
      })),
    },
    call,
  );
}

async function sell({ outbound }: Domain, { lines, number }: Numbered): Promise<void> {
  await outbound.sales(
    {
      orderNo: `SO-${lines}-${number}`,
      lines: Array.from({ length: lines }, (_, line) => ({ skuId: skuOf(lines, line), quantity: UNITS })),
    },
    call,
  );
}
