/** Asking the user's validators: all of them about all lines, so that one refusal names every issue. */
import { GranaryError, type InputIssue } from '@granary/contracts/error';
import { formatMoney, type Money } from '@granary/contracts/money';
import { freeOf } from '../entities/batch.ts';
import type {
  Issues,
  ProposedAllocation,
  ProposedBatch,
  ProposedLine,
  ProposedReservation,
  StockValidator,
} from '../ports/stock-validator.ts';
import { invariant, quote } from '../refusal.ts';
import type { AllocatedLine } from './allocation.ts';
import { visibleExpiry } from './batch-answer.ts';
import { batchOf, type Draft } from './draft.ts';
import type { Receipt } from './receipt.ts';

/** What is proposed, and where it stands in the input: `lines.4.`, or nothing. */
export interface Proposal<T> {
  readonly path: string;
  readonly of: T;
}

export function refusesBatches(draft: Draft, receipts: readonly Proposal<Receipt>[]): GranaryError | undefined {
  if (draft.validators.length === 0) return undefined;
  return refusal(draft, receipts, (validator, receipt) => validator.batch?.(proposedBatch(draft, receipt)));
}

function proposedBatch(draft: Draft, receipt: Receipt): ProposedBatch {
  const { skuId, locationId, batchNo, quantity, qualityLevel, producedOn, attributes } = receipt;
  const unitCost = formatMoney(receipt.unitCost as Money);
  const known = { skuId, locationId, batchNo, quantity, unitCost, qualityLevel, producedOn, attributes };
  return { ...known, expiresAt: visibleExpiry(receipt), now: draft.now };
}

export interface Chosen {
  readonly skuId: string;
  readonly quantity: number;
  readonly lines: readonly AllocatedLine[];
}

export function refusesAllocations(
  draft: Draft,
  purpose: ProposedAllocation['purpose'],
  chosen: readonly Proposal<Chosen>[],
): GranaryError | undefined {
  if (draft.validators.length === 0) return undefined;
  const taking = chosen.filter(({ of }) => of.lines.length > 0);
  return refusal(draft, taking, (validator, of) => validator.allocation?.({ ...proposed(draft, of), purpose }));
}

export type Holding = Chosen & Pick<ProposedReservation, 'type' | 'businessId' | 'lineId' | 'expiresAt'>;

export function refusesReservations(draft: Draft, holds: readonly Proposal<Holding>[]): GranaryError | undefined {
  if (draft.validators.length === 0) return undefined;
  return refusal(draft, holds, (validator, of) => {
    const { type, businessId, lineId, expiresAt } = of;
    return validator.reservation?.({ ...proposed(draft, of), type, businessId, lineId, expiresAt });
  });
}

function proposed(draft: Draft, { skuId, quantity, lines }: Chosen) {
  return { skuId, quantity, lines: lines.map((line) => proposedLine(draft, line)), now: draft.now };
}

function proposedLine(draft: Draft, { batchId, quantity }: AllocatedLine): ProposedLine {
  const batch = batchOf(draft, batchId);
  const { skuId, locationId, batchNo, qualityLevel } = batch;
  const known = { skuId, locationId, batchId, batchNo, quantity, qualityLevel };
  return { ...known, expiresAt: visibleExpiry(batch), free: freeOf(batch) };
}

function refusal<T>(
  { validators }: Draft,
  proposals: readonly Proposal<T>[],
  ask: (validator: StockValidator, of: T) => Issues,
): GranaryError | undefined {
  const said = new Set<string>();
  const issues = proposals.flatMap(({ path, of }) =>
    validators.flatMap((validator) => {
      const own = ask(validator, of) ?? [];
      invariant(
        Array.isArray(own),
        `validator ${validator.name} answered neither issues nor undefined; it must not be async`,
      );
      if (own.length > 0) said.add(validator.name);
      return own.map((issue): InputIssue => told(validator, issue, path));
    }),
  );
  const [first] = issues;
  if (first === undefined) return undefined;
  return new GranaryError('validation', {
    message: `Refused by validator ${[...said].map(quote).join(', ')}: ${first.path}: ${first.message}`,
    hint: 'A rule of this installation speaks against it; details.issues tells what and where.',
    details: { issues },
  });
}

function told({ name }: StockValidator, { path, message }: InputIssue, before: string): InputIssue {
  return { path: `${before}${path}`, message: `${message} (validator ${name})` };
}
