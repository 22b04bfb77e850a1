/** Alerts: what somebody should look at. One stands per kind and subject until it is resolved (SPEC section 5). */
import { z } from 'zod';
import { mutation, reason } from './command.ts';
import { id, locationId, skuId } from './identifier.ts';
import { moment } from './instant.ts';
import { pageFields, pageOf } from './page.ts';
import { units } from './quantity.ts';

export const alertKinds = [
  /** Available is at or below the warning or critical threshold of the level, and not nothing. */
  'low',
  'outOfStock',
  /** On hand is at or above the high threshold of the level. */
  'high',
  /** A batch with stock expires within STOCK_ALERT_EXPIRY_DAYS. */
  'expiring',
  /** A batch has expired and still has stock. */
  'expired',
  /** Of the reservations that ended lately too many did so by their deadline. */
  'reservationTimeouts',
  /** A reservation is confirmed (paid) for longer than STOCK_ALERT_CONFIRMED_HOURS and still holds. */
  'confirmedTooLong',
  /** A movement is far larger than this level's usual ones. */
  'abnormalMovement',
  /** A verification found a row that breaks an invariant. */
  'inconsistency',
] as const;
export const alertSeverities = ['warning', 'critical'] as const;
export const alertStates = ['open', 'acknowledged', 'resolved'] as const;

export const alertKind = z.enum(alertKinds).meta({ description: 'What is the matter', examples: ['low'] });
export const alertSeverity = z.enum(alertSeverities).meta({ description: 'How bad it is', examples: ['critical'] });
export const alertState = z
  .enum(alertStates)
  .meta({ description: 'open and acknowledged ones stand, resolved ones are over', examples: ['open'] });

export const alert = z.strictObject({
  id: z.string(),
  kind: alertKind,
  severity: alertSeverity,
  state: alertState,
  skuId: z.string().nullable(),
  locationId: z.string().nullable(),
  batchId: z.string().nullable(),
  reservationId: z.string().nullable(),
  value: z.number().int().meta({
    description:
      'What was measured when the alert last changed: units; percent of timeouts; hours since the confirmation; 0 for an inconsistency',
  }),
  threshold: z.number().int().nullable().meta({ description: 'What it was measured against' }),
  message: z.string(),
  raisedAt: moment,
  acknowledgedAt: moment.nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: moment.nullable(),
  resolvedBy: z.string().nullable().meta({ description: 'Who ended it; `worker` where the cause has gone' }),
  resolveReason: z.string().nullable(),
  version: z.number().int(),
});

export const alertGetInput = z.strictObject({ alertId: id });
export const alertListInput = z.strictObject({
  ...pageFields,
  kind: alertKind.optional(),
  severity: alertSeverity.optional(),
  state: alertState.optional(),
  skuId: skuId.optional(),
  locationId: locationId.optional(),
});
export const alertPage = pageOf(alert);
export const alertEvaluateInput = mutation({ skuIds: z.array(skuId).min(1).max(100) });
export const alertEvaluateAnswer = z.strictObject({
  raised: units,
  resolved: units,
  alerts: z.array(alert).meta({ description: 'All that stand about these SKUs by quantity and date; at most 500' }),
});
export const alertAcknowledgeInput = mutation({ alertId: id });
export const alertResolveInput = mutation({ alertId: id, reason });

export const lowStockInput = z.strictObject({
  ...pageFields,
  severity: alertSeverity.optional(),
  locationId: locationId.optional(),
});
/** From the alerts that stand; the balances are read with the page. */
export const lowStock = z.strictObject({
  alertId: z.string(),
  kind: z.enum(['low', 'outOfStock']),
  severity: alertSeverity,
  skuId: z.string(),
  locationId: z.string(),
  available: units.meta({ description: 'When the alert was raised, or became worse or better' }),
  threshold: units,
  onHand: units,
  reserved: units,
  locked: units,
  deficit: units,
  since: moment,
});
export const lowStockPage = pageOf(lowStock);

export type AlertKind = z.output<typeof alertKind>;
export type AlertSeverity = z.output<typeof alertSeverity>;
export type AlertState = z.output<typeof alertState>;
export type Alert = z.output<typeof alert>;
export type AlertListInput = z.output<typeof alertListInput>;
export type AlertEvaluateInput = z.output<typeof alertEvaluateInput>;
export type AlertEvaluateAnswer = z.output<typeof alertEvaluateAnswer>;
export type AlertAcknowledgeInput = z.output<typeof alertAcknowledgeInput>;
export type AlertResolveInput = z.output<typeof alertResolveInput>;
export type LowStockInput = z.output<typeof lowStockInput>;
export type LowStock = z.output<typeof lowStock>;
