/** Lists over a time: from when until when. */
import { describe, expect, it } from 'vitest';
import { adjustmentListInput } from './adjustment.ts';
import { auditSearchInput } from './audit.ts';
import { inboundListInput, outboundListInput } from './document.ts';
import { inTransitListInput } from './in-transit.ts';
import { stockMovementsInput } from './stock.ts';

const at = '2026-01-02T03:04:05Z';

describe.each([
  ['adjustment.list', adjustmentListInput, {}],
  ['audit.search', auditSearchInput, {}],
  ['inbound.list', inboundListInput, {}],
  ['outbound.list', outboundListInput, {}],
  ['inTransit.list', inTransitListInput, {}],
  ['stock.movements', stockMovementsInput, { skuId: 'S' }],
])('the time of %s', (_name, schema, rest) => {
  it.each([
    ['has an end or none', { from: at }],
    ['has a start or none', { to: at }],
    ['may be a single moment', { from: at, to: at }],
    ['is read with its offset', { from: '2026-01-02T05:04:05+02:00', to: at }],
    ['may be a hundred years', { from: at, to: '2126-01-02T03:04:05Z' }],
  ])('%s', (_what, range) => {
    expect(schema.safeParse({ ...rest, ...range }).success).toBe(true);
  });

  it.each([
    ['does not end before it starts', { from: '2026-01-02T03:04:05.000001Z', to: at }],
    ['is not a thousand years', { from: at, to: '3026-01-02T03:04:05Z' }],
  ])('%s', (_what, range) => {
    const paths = schema.safeParse({ ...rest, ...range }).error?.issues.map(({ path }) => path.join('.'));
    expect(paths).toEqual(['to']);
  });
});
