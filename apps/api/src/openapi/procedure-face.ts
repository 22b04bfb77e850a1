/** What the router itself says of its procedures: path, kind, permission and the schemas of input and answer. */
import type { AnyRouter } from '@trpc/server';
import { z } from 'zod';
import { permissionsOf } from '../permission-walk.ts';

export interface ProcedureFace {
  /** `stock.check` */
  readonly path: string;
  /** `stock` */
  readonly group: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  readonly permission: string;
  readonly input: z.ZodType | undefined;
  /** Of a subscription: of each item. */
  readonly output: z.ZodType | undefined;
}

export function proceduresOf(router: AnyRouter): readonly ProcedureFace[] {
  const permissions = permissionsOf(router);
  return Object.entries(router._def.procedures).map(([path, procedure]) => {
    const { type, inputs, output, meta } = definitionOf(procedure);
    if (inputs.length > 1) throw new Error(`${path} has several inputs; REST and OpenAPI know one schema a procedure`);
    return {
      path,
      group: path.slice(0, path.indexOf('.')),
      type,
      permission: permissions.get(path) ?? '',
      input: schemaIn(inputs[0]),
      output: schemaIn(type === 'subscription' ? meta?.items : output),
    };
  });
}

interface Definition {
  readonly type: ProcedureFace['type'];
  readonly inputs: readonly unknown[];
  readonly output: unknown;
  readonly meta: { readonly items?: unknown } | undefined;
}

/** tRPC keeps the schemas on the procedure, but not in its public types. */
function definitionOf(procedure: unknown): Definition {
  const { _def: definition } = procedure as { readonly _def: Partial<Definition> };
  return {
    type: definition.type ?? 'query',
    inputs: definition.inputs ?? [],
    output: definition.output,
    meta: definition.meta,
  };
}

function schemaIn(parser: unknown): z.ZodType | undefined {
  return parser instanceof z.ZodType ? parser : undefined;
}
