/** Every scenario about procedures that are there, with those that follow from what a procedure takes. */
import type { Field } from '../schema-fields.ts';
import { sheetOf } from '../sheets/all.ts';
import { assemblyScenarios } from './assembly.ts';
import { batchScenarios } from './batches.ts';
import { costScenarios } from './cost.ts';
import { lineScenarios } from './lines.ts';
import { overflows } from './overflow.ts';
import { INVALID, type Scenario } from './scenario.ts';
import { stateScenarios } from './state.ts';

const special = [
  ...overflows,
  ...lineScenarios,
  ...assemblyScenarios,
  ...batchScenarios,
  ...stateScenarios,
  ...costScenarios,
];

/** `fields` are those of each procedure that is tried. */
export function scenariosOf(fields: ReadonlyMap<string, readonly Field[]>): Scenario[] {
  const taking = (name: string) =>
    [...fields].filter(([, own]) => own.some((field) => field.path.length === 1 && field.name === name));
  return [
    ...special.filter(({ procedure }) => fields.has(procedure)),
    ...taking('cursor').map(([procedure]) => foreignCursor(procedure)),
    // What takes nothing but a key has no other request.
    ...taking('idempotencyKey').flatMap(([procedure, own]) => (own.length > 2 ? keys(procedure) : [])),
  ];
}

/** The cursor of another list, as it was handed out. */
function foreignCursor(procedure: string): Scenario {
  const other = procedure === 'sku.list' ? 'location.list' : 'sku.list';
  return {
    ...{ class: 118, procedure, what: `a cursor of ${other}`, codes: INVALID },
    make: async (fixtures) => {
      for (const _each of [1, 2]) await (other === 'sku.list' ? fixtures.sku() : fixtures.location());
      const cursor = await fixtures.callFor(other, { limit: 1 }, ['nextCursor']);
      return { ...(await sheetOf(procedure)?.calls[0]?.(fixtures)), cursor };
    },
  };
}

/** One key on two requests. */
function keys(procedure: string): Scenario[] {
  const make = sheetOf(procedure)?.calls[0];
  if (make === undefined) return [];
  return [
    {
      ...{ class: 123, procedure, what: 'a key that another request has', codes: ['INV_011'] },
      // That somebody used it twice is on record.
      leaves: ['command', 'command_sku'],
      make: async (fixtures) => {
        const idempotencyKey = fixtures.name();
        await fixtures.call(procedure, { ...(await make(fixtures)), idempotencyKey });
        const other = await make(fixtures);
        const changed = { ...('limit' in other ? { limit: 11 } : {}), ...('repair' in other ? { repair: false } : {}) };
        return { ...other, ...changed, idempotencyKey };
      },
    },
  ];
}
