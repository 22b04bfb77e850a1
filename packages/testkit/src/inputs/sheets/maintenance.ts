/** Snapshots, alerts, jobs and the audit. */
import type { Sheets } from '../procedure-sheet.ts';
import { BEFORE, FAR, page } from './values.ts';

export const maintenanceSheets: Sheets = {
  'snapshot.create': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { name: 'A name', skuIds: [skuId], locationId };
      },
    ],
    writes: ['stock_snapshot', 'job'],
  },
  'snapshot.get': { calls: [async (fixtures) => ({ snapshotId: await fixtures.snapshot() })] },
  'snapshot.list': { calls: [() => ({ kind: 'manual', ...page })] },
  'snapshot.rows': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.stocked();
        return { snapshotId: await fixtures.snapshot(), skuId, locationId, ...page };
      },
    ],
  },
  'snapshot.compare': {
    calls: [async (fixtures) => ({ fromId: await fixtures.snapshot(), toId: await fixtures.snapshot(), ...page })],
  },
  'alert.evaluate': {
    calls: [async (fixtures) => ({ skuIds: [(await fixtures.alert()).skuId] })],
    writes: ['stock_alert'],
  },
  'alert.get': { calls: [async (fixtures) => ({ alertId: (await fixtures.alert()).alertId })] },
  'alert.list': {
    calls: [
      async (fixtures) => {
        const { skuId, locationId } = await fixtures.alert();
        return { kind: 'low', severity: 'warning', state: 'open', skuId, locationId, ...page };
      },
    ],
  },
  'alert.acknowledge': {
    calls: [async (fixtures) => ({ alertId: (await fixtures.alert()).alertId })],
    writes: ['stock_alert'],
  },
  'alert.resolve': {
    calls: [async (fixtures) => ({ alertId: (await fixtures.alert()).alertId, reason: 'A reason' })],
    writes: ['stock_alert'],
  },
  'system.health': { calls: [() => ({})] },
  'system.readiness': { calls: [() => ({})] },
  'system.strategies': { calls: [() => ({})] },
  'system.verify': { calls: [() => ({})], writes: ['job'] },
  'system.rebuild': { calls: [() => ({})], writes: ['job'] },
  'system.doctor': {
    calls: [() => ({ repair: true, only: ['counters', 'overdueHolds'] })],
    writes: ['job'],
    // While the job of another call waits.
    mayAnswer: { '*': 'INV_010' },
  },
  'system.prune': { calls: [() => ({})], writes: ['job'] },
  'system.job': { calls: [async (fixtures) => ({ id: await fixtures.job() })] },
  'system.jobs': { calls: [() => ({ kind: 'verify', state: 'queued', ...page })] },
  'system.cancelJob': { calls: [async (fixtures) => ({ id: await fixtures.job() })], writes: ['job'], isAlone: true },
  'audit.search': {
    calls: [
      async (fixtures) => ({
        ...{ actor: 'local', skuId: (await fixtures.stocked()).skuId, procedure: 'inbound.purchase', outcome: 'done' },
        ...{ from: BEFORE, to: FAR, address: '127.0.0.1', ...page },
      }),
    ],
  },
  'audit.verify': { calls: [() => ({})], writes: ['job'] },
  'audit.get': { calls: [async (fixtures) => ({ commandId: await fixtures.command() })] },
};
