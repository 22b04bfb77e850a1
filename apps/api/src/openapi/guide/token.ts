/** How tokens are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

export const tokenGuide: Guide = {
  'token.create': {
    summary: 'Make a token, and be told its secret this once',
    description:
      'Nobody can give more than they have. A repeat with the same idempotency key answers the same token with `token: null`: only a hash is kept, so whoever lost the answer revokes it and makes another.',
    examples: example({
      name: 'the shop',
      role: 'business',
      locationIds: ['default'],
      expiresAt: '2099-01-31T12:00:00Z',
    }),
  },
  'token.revoke': {
    summary: 'Withdraw a token',
    description: 'It lets nobody in any more, in each process within three seconds. Revoking it again changes nothing.',
    examples: example({ tokenId: SOME_ID }, { tokenId: 'token.create#/tokenId' }),
  },
  'token.list': { summary: 'Tokens, newest first, page by page, without their secrets', examples: example({}) },
};
