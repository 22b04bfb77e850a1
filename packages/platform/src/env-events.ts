/** The variables of events: the stream, webhooks and the keys that their secrets are sealed with, watching. */
import { z } from 'zod';
import { parseEncryptionKeys } from './encryption-keys.ts';
import { flag, integer, optionalVariable, variable } from './env-variable.ts';

const encryptionKeys = z.string().transform((text, context) => {
  const result = parseEncryptionKeys(text);
  if (result.ok) return result.keys;
  context.addIssue({ code: 'custom', message: result.problem });
  return z.NEVER;
});

/** No number alone: such a name could not be told from a place in a list. */
const attributeName = z.string().regex(/^(?!\d+$)[\w-]{1,64}$/);
const attributeNames = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))])
  .pipe(z.array(attributeName).max(50));

export const eventVariables = {
  ENCRYPTION_KEYS: optionalVariable(encryptionKeys, {
    shape: 'id:key, with several parted by commas, each key being 32 random bytes in base64',
    about:
      'Seal what is secret in the database, such as the secrets of webhooks: the first key seals, every key opens. Without one there are no webhooks. `npm start` makes one for its own servers and keeps it beside their data.',
    example: 'ENCRYPTION_KEYS="main:$(openssl rand -base64 32)"',
    secret: true,
  }),
  STOCK_SENSITIVE_ATTRIBUTES: optionalVariable(attributeNames, {
    shape:
      '1 to 50 names of attributes, parted by commas, each of 1 to 64 letters, digits, "_" or "-" and no number alone',
    about:
      'Attributes of SKUs and batches whose values are sealed with ENCRYPTION_KEYS before they are stored, recorded or told (docs/operations.md).',
    example: 'supplierContact,purchaseTerms',
  }),
  STOCK_EVENT_STREAM: variable(z.string().regex(/^[\x21-\x7e]{1,200}$/), {
    shape: 'a key of 1 to 200 visible ASCII characters',
    about: 'The Redis stream on which the worker publishes every event, and from which `stock.watch` is fed.',
    example: 'granary:events',
    fallback: 'granary:events',
  }),
  STOCK_EVENT_STREAM_LENGTH: variable(integer(1_000, 100_000_000), {
    shape: 'a whole number from 1000 to 100000000',
    about:
      'How many of the latest events the stream keeps, about; a reader that has been away for longer than that is told to read anew.',
    example: '100000',
    fallback: '100000',
  }),
  STOCK_WEBHOOK_ALLOW_PRIVATE: variable(flag, {
    shape: 'true or false',
    about:
      'Whether webhooks may go over http, to any port and to private addresses. Only for development and tests: whoever may make a webhook then reaches whatever this machine reaches.',
    example: 'false',
    fallback: 'false',
  }),
  STOCK_WEBHOOK_TIMEOUT_MS: variable(integer(100, 120_000), {
    shape: 'a whole number of milliseconds from 100 to 120000',
    about:
      'How long one attempt to deliver to a webhook may take, from the look-up of its name to the end of the answer.',
    example: '15000',
    fallback: '15000',
  }),
  STOCK_WATCH_LIMIT: variable(integer(1, 100_000), {
    shape: 'a whole number from 1 to 100000',
    about:
      'Watchers of stock (`stock.watch`) that one api process serves at a time; further ones are turned away (INV_012).',
    example: '1000',
    fallback: '1000',
  }),
};
