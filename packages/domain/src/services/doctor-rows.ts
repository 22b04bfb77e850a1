/** The doctor looks at rows that name another row which is not there. */
import {
  type Dependence,
  orphans,
  type Parentless,
  readParentless,
  removeParentless,
  strays,
} from '../persistence/doctor-store.ts';
import { atOnce, type Cure, type Examination, type Sign } from '../ports/examination.ts';
import { accepted } from '../refusal.ts';
import { draftNow, type Engine, execute } from './execution.ts';

const DEADLINE_MS = 600_000;

export function rowExaminations(engine: Engine): readonly Examination[] {
  const rowsOf = async (dependence: Dependence) =>
    await engine.units.read((tx) => readParentless(tx, dependence), DEADLINE_MS);
  const orphaned = orphans.map((dependence): Examination => ({
    finds: ['orphanRows'],
    look: async () =>
      atOnce((await rowsOf(dependence)).map((found) => ({ ailment: 'orphanRows', ...told(dependence, found) }))),
  }));
  const stray = strays.map((dependence): Examination => ({
    finds: ['strayRows'],
    look: async () => {
      const found = await rowsOf(dependence);
      const cure = removal(engine, dependence, found);
      return atOnce(found.map((each) => ({ ailment: 'strayRows', ...told(dependence, each), cure })));
    },
  }));
  return [...orphaned, ...stray];
}

function told({ table, key, of }: Dependence, { id, rows }: Parentless): Pick<Sign, 'where' | 'detail'> {
  return { where: `${table} ${id}`, detail: `${rows} rows name this ${key}, and ${of} has no such row` };
}

function removal(engine: Engine, dependence: Dependence, found: readonly Parentless[]): Cure {
  const { table, key } = dependence;
  const ids = found.map(({ id }) => id);
  return async (call) =>
    await execute(engine, {
      ...{ procedure: 'system.doctor', input: { repair: 'strayRows', table } as object, call },
      lock: { scope: 'document', keys: [] },
      decide: async (tx) => {
        const draft = await draftNow(tx, engine);
        const write = async () => void (await removeParentless(tx, dependence, ids));
        return { draft, outcome: accepted(found.length), before: { table, key, rows: found }, after: null, write };
      },
    });
}
