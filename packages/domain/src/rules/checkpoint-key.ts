/** The refusal of what needs a key of checkpoints where none is configured. */
import type { GranaryError } from '@granary/contracts/error';
import { invalidState } from '../refusal.ts';

export function noCheckpointKey(): GranaryError {
  return invalidState({
    ...{ noun: 'key', id: 'GRANARY_CHECKPOINT_KEY', state: 'missing' },
    message: 'There is no key of checkpoints: GRANARY_CHECKPOINT_KEY is not set.',
    hint: 'Set it to an id and 32 random bytes, as in GRANARY_CHECKPOINT_KEY="seal-1:$(openssl rand -base64 32)", for the worker (who only verifies may set GRANARY_CHECKPOINT_TRUSTED instead), and start it again.',
  });
}
