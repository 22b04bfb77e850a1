/** A walk over every mutation of the engine, in an order in which each one finds what it needs. */
import { localPrincipal } from '@granary/contracts/permission';
import { expect } from 'vitest';
import { assemblyMutations } from './assembly-walk.ts';
import { adjustmentMutations } from './adjustment-walk.ts';
import { alertMutations } from './alert-walk.ts';
import { batchMutations } from './batch-walk.ts';
import { documentMutations } from './document-walk.ts';
import { hold, inbound, receipt, sale } from './inputs.ts';
import { importMutations } from './import-walk.ts';
import { jobMutations } from './job-walk.ts';
import { lockMutations } from './lock-walk.ts';
import type { Step, Walker } from './mutation-step.ts';
import { transferMutations } from './transfer-walk.ts';
import { webhookMutations } from './webhook-walk.ts';

const order = (businessId: string) => ({ type: 'order' as const, businessId });

const reserve = ({ at, call }: Walker, businessId: string) =>
  at.domain.reservations.reserve(hold('W', 2, businessId), call);
const batch = { skuId: 'W2', batchNo: 'LOT', locationId: 'default', quantity: 3, unitCost: '1.00', qualityLevel: 'A' };
const DAY = 86_400;

/** `W` must have stock, and secrets must have a box. */
export const everyMutation: readonly Step[] = [
  {
    procedure: 'sku.create',
    types: ['stock.sku.created'],
    before: null,
    after: { skuId: 'W1', version: 1 },
    work: ({ at, call }) => at.domain.skus.create({ skuId: 'W1' }, call),
  },
  {
    procedure: 'sku.update',
    types: ['stock.sku.updated'],
    before: { name: 'W1' },
    after: { name: 'new', version: 2 },
    work: ({ at, call }) => at.domain.skus.update({ skuId: 'W1', name: 'new' }, call),
  },
  {
    procedure: 'location.create',
    types: ['stock.location.created'],
    before: null,
    after: { locationId: 'north', priority: 7 },
    work: ({ at, call }) => at.domain.locations.create({ locationId: 'north', priority: 7 }, call),
  },
  {
    procedure: 'location.update',
    types: ['stock.location.updated'],
    before: { priority: 7 },
    after: { priority: 8 },
    work: ({ at, call }) => at.domain.locations.update({ locationId: 'north', priority: 8 }, call),
  },
  {
    procedure: 'batch.create',
    types: ['stock.batch.created', 'stock.level.changed', 'stock.sku.created'],
    before: null,
    after: { batchNo: 'LOT', expiresAt: null },
    work: ({ at, call }) => at.domain.batches.create(batch, call),
  },
  {
    procedure: 'stock.configure',
    types: ['stock.level.configured'],
    before: { warningThreshold: 100 },
    after: { warningThreshold: 3 },
    work: ({ at, call }) => at.domain.stock.configure({ skuId: 'W', locationId: 'default', warningThreshold: 3 }, call),
  },
  {
    procedure: 'inbound.purchase',
    types: ['stock.inbound', 'stock.batch.created', 'stock.level.changed', 'stock.sku.created'],
    before: null,
    after: { type: 'purchase', documentNo: 'IN', lineCount: 1 },
    work: ({ at, call }) => at.domain.inbound.purchase(inbound('IN', [receipt('W3', 1)]), call),
  },
  {
    procedure: 'inbound.return',
    types: ['stock.inbound', 'stock.batch.created', 'stock.level.changed'],
    before: null,
    after: { type: 'return', documentNo: 'BACK' },
    work: ({ at, call }) => at.domain.inbound.return(inbound('BACK', [receipt('W', 1)]), call),
  },
  ...documentMutations,
  ...adjustmentMutations,
  {
    procedure: 'reservation.reserve',
    types: ['stock.reserved', 'stock.level.changed'],
    before: null,
    after: { state: 'active', quantity: 2, held: 2 },
    work: ({ at, call }) => reserve({ at, call }, 'R1'),
  },
  {
    procedure: 'reservation.reserve',
    types: ['stock.reservation.replaced', 'stock.level.changed'],
    before: { quantity: 2 },
    after: { quantity: 3, held: 3 },
    work: ({ at, call }) => at.domain.reservations.reserve(hold('W', 3, { businessId: 'R1', replace: true }), call),
  },
  {
    procedure: 'reservation.reserveMany',
    types: ['stock.reserved', 'stock.level.changed'],
    before: null,
    after: { quantity: 1 },
    work: ({ at, call }) =>
      at.domain.reservations.reserveMany({ lines: [hold('W', 1, 'R2'), hold('W2', 1, 'R2')] }, call),
  },
  {
    procedure: 'reservation.extend',
    types: ['stock.reservation.extended'],
    before: { state: 'active' },
    after: { state: 'active' },
    work: ({ at, call }) => at.domain.reservations.extend({ ...order('R2'), ttlSeconds: 7200 }, call),
  },
  {
    procedure: 'reservation.confirm',
    types: ['stock.reservation.confirmed'],
    before: { state: 'active', expiresAt: expect.any(String) },
    after: { state: 'confirmed', expiresAt: null },
    work: ({ at, call }) => at.domain.reservations.confirm(order('R2'), call),
  },
  {
    procedure: 'reservation.deduct',
    types: ['stock.reservation.deducted', 'stock.level.changed'],
    before: { held: 3 },
    after: { held: 2, fulfilled: 1, state: 'active' },
    work: async ({ at, call }) =>
      at.domain.reservations.deduct(
        { id: (await at.domain.reservations.list({ businessId: 'R1', limit: 1 })).items[0]?.id, quantity: 1 },
        call,
      ),
  },
  {
    procedure: 'reservation.deduct',
    types: ['stock.reservation.fulfilled', 'stock.level.changed'],
    before: { held: 2 },
    after: { held: 0, fulfilled: 3, state: 'fulfilled' },
    work: ({ at, call }) => at.domain.reservations.deduct(order('R1'), call),
  },
  {
    procedure: 'reservation.convert',
    types: ['stock.reservation.converted'],
    before: { businessId: 'R2' },
    after: { businessId: 'R3' },
    work: ({ at, call }) => at.domain.reservations.convert({ from: order('R2'), to: order('R3') }, call),
  },
  {
    procedure: 'reservation.release',
    types: ['stock.reservation.released', 'stock.level.changed'],
    before: { held: 1 },
    after: { held: 0, state: 'released' },
    work: ({ at, call }) => at.domain.reservations.release(order('R3'), call),
  },
  {
    procedure: 'reservation.expireDue',
    types: ['stock.reservation.expired', 'stock.level.changed'],
    before: { state: 'active', held: 2 },
    after: { state: 'expired', held: 0 },
    prepare: ({ at, call }) => reserve({ at, call }, 'R4').then(() => at.advance(DAY)),
    work: ({ at, call }) => at.domain.reservations.expireDue({ limit: 10 }, call),
  },
  {
    procedure: 'outbound.sales',
    types: ['stock.outbound', 'stock.reservation.fulfilled', 'stock.level.changed'],
    before: null,
    after: { type: 'sales', orderNo: 'R5', lineCount: 2 },
    prepare: ({ at, call }) => reserve({ at, call }, 'R5'),
    work: ({ at, call }) => at.domain.outbound.sales(sale('R5', [{ skuId: 'W', quantity: 3 }]), call),
  },
  {
    procedure: 'reservation.confirm',
    types: ['stock.reservation.expired', 'stock.level.changed'],
    before: { state: 'active' },
    after: { state: 'expired' },
    prepare: ({ at, call }) => reserve({ at, call }, 'R6').then(() => at.advance(DAY)),
    work: ({ at, call }) => at.domain.reservations.confirm(order('R6'), call).catch(() => undefined),
  },
  ...jobMutations,
  {
    procedure: 'token.create',
    types: ['stock.token.created'],
    before: null,
    after: { name: 'walker', role: 'user', locationIds: null, createdBy: 'walker', revokedAt: null },
    work: ({ at, call }) => at.domain.tokens.create({ name: 'walker', role: 'user' }, call, localPrincipal),
  },
  {
    procedure: 'token.revoke',
    types: ['stock.token.revoked'],
    before: { name: 'walker', revokedAt: null },
    after: { name: 'walker', revokedAt: expect.any(String) },
    work: async ({ at, call }) => {
      const [token] = (await at.domain.tokens.list({ limit: 1 }, localPrincipal)).items;
      return await at.domain.tokens.revoke({ tokenId: token?.tokenId ?? '' }, call, localPrincipal);
    },
  },
  ...assemblyMutations,
  ...transferMutations,
  ...lockMutations,
  ...batchMutations,
  ...alertMutations,
  ...importMutations,
  ...webhookMutations,
];
