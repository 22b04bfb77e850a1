/** Who acts when a command changes something through the engine itself: whoever may open the database. */
import { randomUUID } from 'node:crypto';
import { localPrincipal } from '@granary/contracts/permission';
import type { Call } from '@granary/domain';

export function callHere(): Call {
  return { caller: { actor: localPrincipal.actor, address: null, agent: 'npm run', requestId: randomUUID() } };
}
