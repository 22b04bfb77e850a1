/** A box for tests: it seals so that the plain text cannot be found, names its key, and refuses what was moved. */
import { createHash } from 'node:crypto';
import type { SecretBox } from '../ports/secret-box.ts';

export function createTestBox(isReady = true, key = 'first'): SecretBox {
  const mark = (boundTo: string) => createHash('sha256').update(boundTo).digest('hex').slice(0, 16);
  const seal = (plain: string, boundTo: string) =>
    `${key}.${mark(boundTo)}.${Buffer.from(Buffer.from(plain).toReversed()).toString('hex')}`;
  return {
    isReady,
    ...{ seal, sealAlike: seal },
    open: (sealed, boundTo) => {
      const [, bound, text = ''] = sealed.split('.');
      if (bound !== mark(boundTo)) throw new Error('sealed for another row');
      return Buffer.from(Buffer.from(text, 'hex').toReversed()).toString();
    },
    opens: (sealed, boundTo) => sealed.split('.')[1] === mark(boundTo),
    needsReseal: (sealed) => !sealed.startsWith(`${key}.`),
  };
}
