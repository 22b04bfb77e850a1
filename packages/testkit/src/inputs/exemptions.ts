/** Pairs of procedure and class that cannot be tried, by name and with the reason. Everything else must run. */
import { LISTS } from './field-role.ts';

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_each, index) => from + index);

/** The classes of reliability.md 7.1 and 7.2. */
export const ALL_CLASSES: readonly number[] = range(1, 68);

interface Exemption {
  readonly classes: readonly number[];
  /** Left out, no procedure takes it. */
  readonly procedures?: readonly string[];
  /** Every procedure but these. */
  readonly except?: readonly string[];
  readonly reason: string;
}

const SYSTEM = ['system.health', 'system.readiness', 'system.strategies'];

const RECEIPTS = ['inbound.purchase', 'inbound.return', 'inbound.production', 'inbound.opening'];
const ADJUSTMENTS = ['adjust', 'adjustMany', 'count', 'countMany'].map((verb) => `adjustment.${verb}`);
const TAKINGS = ['outbound.sales', 'outbound.damage', 'outbound.pick', 'outbound.supplierReturn'];

const IMPORTS = ['create', 'upload', 'check', 'run', 'cancel', 'get', 'list', 'errors'].map((verb) => `import.${verb}`);

const exemptions: readonly Exemption[] = [
  { classes: range(1, 67), procedures: SYSTEM, reason: 'they take nothing' },
  {
    classes: range(1, 67),
    procedures: ['stock.watch'],
    reason: 'it answers with a stream, which its own tests read (apps/api/src/watch)',
  },
  {
    classes: range(1, 21),
    procedures: [
      ...['sku.get', 'location.get', 'batch.get', 'stock.check', 'stock.checkMany', 'stock.explain', 'stock.asOf'],
      ...['reservation.confirm', 'reservation.release', 'reservation.get', 'inbound.get', 'outbound.get'],
      'adjustment.get',
      ...['inbound.reverse', 'outbound.reverse'],
      ...['transfer.cancel', 'transfer.get', 'inTransit.cancel', 'inTransit.get'],
      ...['batch.recall', 'batch.merge', 'batch.update', 'lock.release', 'lock.get'],
      ...['bundle.remove', 'bundle.get', 'virtual.remove', 'virtual.get', 'serial.get'],
      ...['system.verify', 'system.rebuild', 'system.job', 'system.cancelJob', 'token.create', 'token.revoke'],
      ...['system.prune', 'audit.get'],
      ...['snapshot.create', 'snapshot.get', 'alert.evaluate', 'alert.get', 'alert.acknowledge', 'alert.resolve'],
      ...['webhook.create', 'webhook.update', 'webhook.remove', 'webhook.test', 'webhook.replay', 'webhook.get'],
      ...['import.create', 'import.check', 'import.run', 'import.cancel', 'import.get'],
    ],
    reason: 'they take no whole number',
  },
  {
    classes: [22],
    except: ['batch.create', ...RECEIPTS, 'adjustment.adjust', 'adjustment.adjustMany'],
    reason: 'only these raise what is on hand by a number that they are given',
  },
  {
    classes: [23],
    except: [...RECEIPTS, ...TAKINGS, 'reservation.reserveMany', 'adjustment.adjustMany'],
    reason: 'only these sum lines',
  },
  {
    classes: [24],
    except: ['reservation.reserve', 'reservation.reserveMany', 'reservation.extend', 'reservation.convert'],
    reason: 'only these four take ttlSeconds',
  },
  {
    classes: [25],
    except: [...LISTS, 'reservation.expireDue', 'batch.expireDue', 'lock.expireDue'],
    reason: 'only lists and the sweep take a limit',
  },
  {
    classes: range(26, 32),
    except: ['batch.create', ...RECEIPTS, ...ADJUSTMENTS],
    reason: 'only these take money',
  },
  { classes: [33, 34], reason: 'there is no ratio and no exchange rate before the cost bundle exists' },
  {
    classes: range(38, 41),
    procedures: [
      ...['location.list', 'batch.get', 'reservation.get', 'reservation.expireDue', 'inbound.list', 'adjustment.list'],
      ...[
        'system.verify',
        'system.rebuild',
        'system.job',
        'system.jobs',
        'system.cancelJob',
        'token.list',
        'token.revoke',
      ],
      ...['lock.release', 'lock.expireDue', 'lock.get'],
      ...['snapshot.get', 'snapshot.list', 'snapshot.compare', 'alert.get', 'alert.acknowledge', 'alert.resolve'],
      ...['inTransit.update', 'inTransit.cancel', 'inTransit.get'],
      ...['batch.expireDue'],
      ...['system.prune', 'audit.get'],
      ...IMPORTS,
      ...[
        'webhook.rotateSecret',
        'webhook.remove',
        'webhook.test',
        'webhook.get',
        'webhook.list',
        'webhook.deliveries',
      ],
    ],
    reason: 'they take no name that a row could have: at most an id, a cursor or a key',
  },
  {
    classes: [50, 51, 52, 64],
    procedures: [
      'location.list',
      'adjustment.list',
      'batch.get',
      'reservation.get',
      'system.job',
      'system.jobs',
      'token.list',
      'lock.get',
      'inTransit.get',
      'audit.get',
      ...['snapshot.get', 'snapshot.list', 'snapshot.compare', 'alert.get'],
      ...['webhook.get', 'webhook.list', 'webhook.deliveries'],
      ...['import.get', 'import.list', 'import.errors'],
    ],
    reason: 'they take no name and no text',
  },
  { classes: [64], procedures: ['inbound.list'], reason: 'it takes a text and no name' },
  {
    classes: [65],
    except: [
      ...[
        'lock.business',
        'lock.operation',
        'lock.release',
        'lock.get',
        'lock.list',
        'batch.trace',
        'stock.trace',
        'serial.list',
      ],
      ...['snapshot.get', 'snapshot.rows', 'snapshot.compare', 'alert.get', 'alert.acknowledge', 'alert.resolve'],
      ...[
        'transfer.create',
        'transfer.ship',
        'transfer.receive',
        'transfer.writeOff',
        'transfer.cancel',
        'transfer.get',
      ],
      ...['inTransit.update', 'inTransit.cancel', 'inTransit.get'],
      ...['batch.merge', 'batch.split', 'batch.update'],
      ...['virtual.create', 'virtual.update'],
      ...[
        'batch.get',
        'inbound.get',
        'inbound.return',
        'inbound.reverse',
        ...['inbound.purchase', 'inbound.transfer', 'outbound.transfer'],
        'outbound.get',
        ...[...ADJUSTMENTS, 'adjustment.get'],
        ...['outbound.damage', 'outbound.pick', 'outbound.supplierReturn', 'outbound.reverse'],
        'stock.movements',
        'reservation.reserve',
        'reservation.reserveMany',
      ],
      ...['reservation.confirm', 'reservation.release', 'reservation.deduct', 'reservation.extend', 'reservation.get'],
      ...['system.job', 'system.cancelJob', 'token.revoke', 'audit.get'],
      ...['webhook.update', 'webhook.rotateSecret', 'webhook.remove', 'webhook.test', 'webhook.replay'],
      ...['webhook.get', 'webhook.deliveries'],
      ...IMPORTS.filter((procedure) => !['import.create', 'import.list'].includes(procedure)),
    ],
    reason: 'only these take an id that Granary made',
  },
  {
    classes: [68],
    reason: 'a reason is a text like any other: 35 and 36 try it empty and blank wherever there is one',
  },
];

export function exemptionFor(procedure: string, number: number): Exemption | undefined {
  return exemptions.find(
    (each) =>
      each.classes.includes(number) &&
      (each.procedures === undefined || each.procedures.includes(procedure)) &&
      each.except?.includes(procedure) !== true,
  );
}

export function staleExemptions(procedure: string, wasTried: (number: number) => boolean): number[] {
  return ALL_CLASSES.filter((number) => wasTried(number) && exemptionFor(procedure, number) !== undefined);
}
