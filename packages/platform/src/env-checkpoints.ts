/** The variables of checkpoints: what signs them, what is trusted besides, how often, and where they stand outside the database. */
import { z } from 'zod';
import { parseSigningKey, parseTrustedKeys } from './checkpoint-keys.ts';
import type { KeyResult } from './key-entries.ts';
import { integer, optionalVariable, variable } from './env-variable.ts';

function read<Key>(parse: (text: string) => KeyResult<Key>) {
  return z.string().transform((text, context) => {
    const result = parse(text);
    if (result.ok) return result.value;
    context.addIssue({ code: 'custom', message: result.problem });
    return z.NEVER;
  });
}

export const checkpointVariables = {
  GRANARY_CHECKPOINT_KEY: optionalVariable(read(parseSigningKey), {
    shape: 'id:key, the key being 32 random bytes in base64',
    about:
      'Sign checkpoints of the audit and the ledger (docs/operations.md), in the worker; the api needs none. Without a key there are no checkpoints. Not to be kept where the database can be reached.',
    example: 'GRANARY_CHECKPOINT_KEY="seal-1:$(openssl rand -base64 32)"',
    secret: true,
  }),
  GRANARY_CHECKPOINT_TRUSTED: optionalVariable(read(parseTrustedKeys), {
    shape: 'id:public key in base64 (32 bytes), several parted by commas',
    about:
      'Keys that signed checkpoints before, or elsewhere: who only verifies needs no more. `npm run -s audit -- key` prints the public half of GRANARY_CHECKPOINT_KEY, which is trusted by itself.',
    example: 'seal-0:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=',
  }),
  GRANARY_CHECKPOINT_MINUTES: variable(integer(1, 10_080), {
    shape: 'a whole number of minutes from 1 to 10080',
    about: 'Between two checkpoints. What is changed before it is sealed is found by its chain alone.',
    example: '60',
    fallback: '60',
  }),
  GRANARY_CHECKPOINT_FOLDER: optionalVariable(z.string().min(1), {
    shape: 'a path',
    about:
      'Where the worker copies every checkpoint to, one file each, and where verification compares: best on another machine, or write-once. Who cuts off the newest checkpoints in the database is found only so.',
    example: '/mnt/checkpoints',
  }),
};
