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
    const took = await measureShape(engines, { lines, documents: sized(documents) * rounds });
    for (const kind of ['inbound', 'outbound'] as const) {
      const [costed, plain] = [median(took.costed[kind]), median(took.plain[kind])];
      ms[`${kind} of ${lines} costed`] = rounded(costed);
      ms[`${kind} of ${lines}`] = rounded(plain);
      goals.push({ name: `${kind} of ${lines} lines, costed over not costed`, measured: costed / plain, limit: MOST });
    }
  }
  return { goals, figures: { documentMs: ms } };
}

type Took = Record<keyof Engines, { readonly inbound: number[]; readonly outbound: number[] }>;

/** The first documents make the SKUs and warm up; they are not counted. */
async function measureShape(engines: Engines, { lines, documents }: Shape): Promise<Took> {
  const took: Took = { costed: { inbound: [], outbound: [] }, plain: { inbound: [], outbound: [] } };
  const warmUp = Math.max(2, Math.ceil(documents / 5));
  for (let place = -warmUp; place < documents; place += 1) {
    const sides = place % 2 === 0 ? (['costed', 'plain'] as const) : (['plain', 'costed'] as const);
    for (const kind of ['inbound', 'outbound'] as const) {
      for (const side of sides) {
        const startedAt = performance.now();
        await (kind === 'inbound' ? receive : sell)(engines[side].domain, { lines, number: place + warmUp });
        if (place >= 0) took[side][kind].push(performance.now() - startedAt);
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

/** A batch of its own and a cost of its own every time, as purchases have. */
async function receive({ inbound }: Domain, { lines, number }: Numbered): Promise<void> {
  await inbound.purchase(
    {
      documentNo: `PO-${lines}-${number}`,
      lines: Array.from({ length: lines }, (_, line) => ({
        ...{ skuId: skuOf(lines, line), quantity: 10, unitCost: `${2 + ((number + line) % 9)}.25` },
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
      lines: Array.from({ length: lines }, (_, line) => ({ skuId: skuOf(lines, line), quantity: 7 })),
    },
    call,
  );
}
