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

const exemptions: readonly Exemption[] = [
  { classes: range(1, 67), procedures: SYSTEM, reason: 'they take nothing' },
  {
    classes: range(1, 21),
    procedures: [
      ...['sku.get', 'location.get', 'batch.get', 'stock.check', 'stock.checkMany', 'stock.explain', 'stock.asOf'],
      ...['reservation.confirm', 'reservation.release', 'reservation.get', 'inbound.get', 'outbound.get'],
      ...['system.verify', 'system.rebuild', 'system.job', 'system.cancelJob', 'token.create', 'token.revoke'],
    ],
    reason: 'they take no whole number',
  },
  {
    classes: [22],
    except: ['batch.create', 'inbound.purchase', 'inbound.return'],
    reason: 'only these three raise what is on hand',
  },
  {
    classes: [23],
    except: ['inbound.purchase', 'inbound.return', 'outbound.sales', 'reservation.reserveMany'],
    reason: 'only these four sum lines',
  },
  {
    classes: [24],
    except: ['reservation.reserve', 'reservation.reserveMany', 'reservation.extend', 'reservation.convert'],
    reason: 'only these four take ttlSeconds',
  },
  {
    classes: [25],
    except: [...LISTS, 'reservation.expireDue'],
    reason: 'only lists and the sweep take a limit',
  },
  {
    classes: range(26, 32),
    except: ['batch.create', 'inbound.purchase', 'inbound.return'],
    reason: 'only these three take money',
  },
  { classes: [33, 34], reason: 'there is no ratio and no exchange rate before the cost bundle exists' },
  {
    classes: range(38, 41),
    procedures: [
      ...['location.list', 'batch.get', 'reservation.get', 'reservation.expireDue', 'inbound.list'],
      ...[
        'system.verify',
        'system.rebuild',
        'system.job',
        'system.jobs',
        'system.cancelJob',
        'token.list',
        'token.revoke',
      ],
    ],
    reason: 'they take no name that a row could have: at most an id, a cursor or a key',
  },
  {
    classes: [50, 51, 52, 64],
    procedures: [
      'location.list',
      'batch.get',
      'reservation.get',
      'inbound.list',
      'system.job',
      'system.jobs',
      'token.list',
    ],
    reason: 'they take no name and no text',
  },
  {
    classes: [65],
    except: [
      ...[
        'batch.get',
        'inbound.get',
        'outbound.get',
        'stock.movements',
        'reservation.reserve',
        'reservation.reserveMany',
      ],
      ...['reservation.confirm', 'reservation.release', 'reservation.deduct', 'reservation.extend', 'reservation.get'],
      ...['system.job', 'system.cancelJob', 'token.revoke'],
    ],
    reason: 'only these take an id that Granary made',
  },
  { classes: [68], reason: 'no procedure requires a reason yet' },
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
