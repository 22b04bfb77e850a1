/** The way to make a procedure of costing: it is given the cost bundle, or refused where there is none for the caller. */
import { GranaryError } from '@granary/contracts/error';
import type { Permission } from '@granary/contracts/permission';
import { needsEverywhere } from './access/domain-for.ts';
import { procedure } from './procedure.ts';
import type { ApiContext } from './context.ts';

/**
 * Layers, periods and allocations are of a SKU at all locations together, and so is every cost: a token that is limited
 * to some has no part of it that would be its own.
 */
export function costProcedure(permission: Permission) {
  return procedure(permission).use(({ ctx, next }) => {
    if (ctx.principal.locationIds !== null) return needsEverywhere(permission)();
    return next({ ctx: { cost: costOf(ctx) } });
  });
}

function costOf({ cost }: ApiContext): NonNullable<ApiContext['cost']> {
  if (cost !== undefined) return cost;
  throw new GranaryError('invalidState', {
    message: 'Costing is switched off here: nothing of stock is costed.',
    hint: 'Ask whoever runs Granary to set STOCK_COST_ENABLED=true.',
    details: { noun: 'costing', id: 'STOCK_COST_ENABLED', state: 'off' },
  });
}
