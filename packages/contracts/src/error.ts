/**
 * The closed list of everything that can go wrong, in one total table used by both doors (SPEC section 7).
 * A kind is finer than a code: many kinds may share INV_012, yet each has its own details and hint.
 */

export interface ErrorClass {
  readonly code: string;
  readonly http: number;
  /** The tRPC error code that carries the same HTTP status. */
  readonly trpc:
    | 'BAD_REQUEST'
    | 'UNAUTHORIZED'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'METHOD_NOT_SUPPORTED'
    | 'TIMEOUT'
    | 'CONFLICT'
    | 'PAYLOAD_TOO_LARGE'
    | 'UNSUPPORTED_MEDIA_TYPE'
    | 'UNPROCESSABLE_CONTENT'
    | 'TOO_MANY_REQUESTS'
    | 'INTERNAL_SERVER_ERROR'
    | 'SERVICE_UNAVAILABLE';
  /** True when the very same call, with the same idempotency key, may succeed later. */
  readonly retryable: boolean;
}

/** One line of a shortage: what was asked of a SKU and what allocation would give right now. */
export interface ShortLine {
  readonly skuId: string;
  readonly locationId: string | null;
  readonly requested: number;
  readonly available: number;
  /** Where a single batch was asked for. */
  readonly batchId?: string;
  /** Of a bundle or a virtual SKU: the SKUs it is taken from of which there are too few; none when only the places or a cap do not fit. */
  readonly components?: readonly ShortComponent[];
  /** What is on its way and should arrive next; left out when nothing is. */
  readonly nextSupply?: NextSupply;
}

export interface NextSupply {
  /** Null when nobody said when. */
  readonly expectedAt: string | null;
  readonly quantity: number;
}

export interface ShortComponent {
  readonly skuId: string;
  /** Units of the component that the whole line needs. */
  readonly requested: number;
  readonly available: number;
}

/** What lies at a level, or of a batch of it, where somebody counted at another version. */
export interface CurrentStock {
  /** Of the input, from 1. */
  readonly line: number;
  readonly skuId: string;
  readonly locationId: string;
  readonly batchId: string | null;
  readonly onHand: number;
  readonly onHandVersion: number;
}

/** One line of a call with many, and why it alone would have been refused. */
export interface LineFailure {
  /** Of the input, from 1. */
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

/** Where a call has many lines and several fail: all of them, the first deciding the kind. */
interface Failing {
  readonly failures?: readonly LineFailure[];
}

/** One problem of an input: where it is and what is wrong with it. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

/** The typed details of every kind. A kind without facts carries an empty object. */
export interface ErrorDetails {
  stockNotFound: { readonly skuId: string; readonly locationId?: string } & Failing;
  insufficientStock: { readonly lines: readonly ShortLine[] } & Failing;
  /** `causes` are the commands that expired them, one for each. */
  reservationExpired: { readonly reservationIds: readonly string[]; readonly causes?: readonly string[] };
  concurrencyConflict: { readonly attempts: number };
  validation: { readonly issues: readonly InputIssue[] } & Failing;
  databaseFailure: { readonly requestId?: string };
  notFound: { readonly noun: string; readonly id: string } & Failing;
  duplicate: { readonly noun: string; readonly id: string };
  incompatibleBatch: { readonly batchNo: string; readonly differs: readonly string[] };
  /** `current` is what a count is refused with: count again at these versions. */
  invalidState: {
    readonly noun: string;
    readonly id: string;
    readonly state: string;
    readonly cause?: string;
    readonly current?: readonly CurrentStock[];
  } & Failing;
  idempotencyKeyReused: { readonly idempotencyKey: string; readonly firstDifference: string };
  unavailable: { readonly dependency: string; readonly retryAfterSeconds: number };
  overloaded: { readonly retryAfterSeconds: number };
  shuttingDown: { readonly retryAfterSeconds: number };
  deadlineExceeded: { readonly deadlineMs: number; readonly retryAfterSeconds: number };
  rateLimited: { readonly retryAfterSeconds: number };
  notAuthenticated: Record<string, never>;
  notPermitted: { readonly permission: string };
  lockConflict: { readonly lockId: string } & Failing;
  malformedRequest: { readonly problem: string };
  unknownRoute: { readonly path: string };
  methodNotAllowed: { readonly method: string; readonly allowed: readonly string[] };
  requestTimeout: Record<string, never>;
  payloadTooLarge: { readonly limitBytes: number };
  uriTooLong: Record<string, never>;
  unsupportedMediaType: { readonly allowed: string };
  headersTooLarge: Record<string, never>;
  costCalculationFailed: { readonly skuId: string };
  insufficientLayers: { readonly skuId: string; readonly requested: number; readonly available: number };
  unknownCostStrategy: { readonly strategy: string; readonly known: readonly string[] };
  periodNotFound: { readonly period: string };
  periodFrozen: { readonly period: string };
  periodClosed: { readonly period: string };
  periodOverlap: { readonly period: string };
  allocationRuleInvalid: { readonly rule: string };
  exchangeRateMissing: { readonly currency: string; readonly date: string };
}

export type ErrorKind = keyof ErrorDetails;

const again = { retryable: true } as const;
const final = { retryable: false } as const;

export const errorTable: Record<ErrorKind, ErrorClass> = {
  stockNotFound: { code: 'INV_001', http: 404, trpc: 'NOT_FOUND', ...final },
  insufficientStock: { code: 'INV_002', http: 400, trpc: 'BAD_REQUEST', ...final },
  reservationExpired: { code: 'INV_003', http: 400, trpc: 'BAD_REQUEST', ...final },
  concurrencyConflict: { code: 'INV_004', http: 409, trpc: 'CONFLICT', ...again },
  validation: { code: 'INV_005', http: 422, trpc: 'UNPROCESSABLE_CONTENT', ...final },
  databaseFailure: { code: 'INV_006', http: 500, trpc: 'INTERNAL_SERVER_ERROR', ...final },
  notFound: { code: 'INV_007', http: 404, trpc: 'NOT_FOUND', ...final },
  duplicate: { code: 'INV_008', http: 409, trpc: 'CONFLICT', ...final },
  incompatibleBatch: { code: 'INV_009', http: 409, trpc: 'CONFLICT', ...final },
  invalidState: { code: 'INV_010', http: 409, trpc: 'CONFLICT', ...final },
  idempotencyKeyReused: { code: 'INV_011', http: 409, trpc: 'CONFLICT', ...final },
  unavailable: { code: 'INV_012', http: 503, trpc: 'SERVICE_UNAVAILABLE', ...again },
  overloaded: { code: 'INV_012', http: 503, trpc: 'SERVICE_UNAVAILABLE', ...again },
  shuttingDown: { code: 'INV_012', http: 503, trpc: 'SERVICE_UNAVAILABLE', ...again },
  deadlineExceeded: { code: 'INV_012', http: 503, trpc: 'SERVICE_UNAVAILABLE', ...again },
  rateLimited: { code: 'INV_013', http: 429, trpc: 'TOO_MANY_REQUESTS', ...again },
  notAuthenticated: { code: 'INV_014', http: 401, trpc: 'UNAUTHORIZED', ...final },
  notPermitted: { code: 'INV_015', http: 403, trpc: 'FORBIDDEN', ...final },
  lockConflict: { code: 'INV_016', http: 409, trpc: 'CONFLICT', ...final },
  malformedRequest: { code: 'INV_017', http: 400, trpc: 'BAD_REQUEST', ...final },
  unknownRoute: { code: 'INV_017', http: 404, trpc: 'NOT_FOUND', ...final },
  methodNotAllowed: { code: 'INV_017', http: 405, trpc: 'METHOD_NOT_SUPPORTED', ...final },
  requestTimeout: { code: 'INV_017', http: 408, trpc: 'TIMEOUT', ...final },
  payloadTooLarge: { code: 'INV_017', http: 413, trpc: 'PAYLOAD_TOO_LARGE', ...final },
  uriTooLong: { code: 'INV_017', http: 414, trpc: 'BAD_REQUEST', ...final },
  unsupportedMediaType: { code: 'INV_017', http: 415, trpc: 'UNSUPPORTED_MEDIA_TYPE', ...final },
  headersTooLarge: { code: 'INV_017', http: 431, trpc: 'BAD_REQUEST', ...final },
  costCalculationFailed: { code: 'COST_001', http: 409, trpc: 'CONFLICT', ...final },
  insufficientLayers: { code: 'COST_002', http: 409, trpc: 'CONFLICT', ...final },
  unknownCostStrategy: { code: 'COST_003', http: 400, trpc: 'BAD_REQUEST', ...final },
  periodNotFound: { code: 'COST_004', http: 404, trpc: 'NOT_FOUND', ...final },
  periodFrozen: { code: 'COST_005', http: 409, trpc: 'CONFLICT', ...final },
  periodClosed: { code: 'COST_006', http: 409, trpc: 'CONFLICT', ...final },
  periodOverlap: { code: 'COST_007', http: 409, trpc: 'CONFLICT', ...final },
  allocationRuleInvalid: { code: 'COST_008', http: 400, trpc: 'BAD_REQUEST', ...final },
  exchangeRateMissing: { code: 'COST_009', http: 400, trpc: 'BAD_REQUEST', ...final },
};

/** What crosses the wire for every error, through either door. */
export interface ErrorAnswer {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly details: ErrorDetails[ErrorKind];
  /** What the caller can do about it. */
  readonly hint: string;
  readonly retryable: boolean;
}

/** The one error class that Granary throws on purpose. Anything else that escapes is a bug and is answered as INV_006. */
export class GranaryError<K extends ErrorKind = ErrorKind> extends Error {
  readonly kind: K;
  readonly details: ErrorDetails[K];
  readonly hint: string;

  constructor(kind: K, facts: { message: string; hint: string; details: ErrorDetails[K]; cause?: unknown }) {
    super(facts.message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.name = 'GranaryError';
    this.kind = kind;
    this.details = facts.details;
    this.hint = facts.hint;
  }

  get code(): string {
    return errorTable[this.kind].code;
  }

  get retryable(): boolean {
    return errorTable[this.kind].retryable;
  }

  toAnswer(): ErrorAnswer {
    return {
      code: this.code,
      kind: this.kind,
      message: this.message,
      details: this.details,
      hint: this.hint,
      retryable: this.retryable,
    };
  }
}

/** Rebuilds the error from its answer, for a client or for a refusal kept with an idempotency key. */
export function errorFromAnswer(answer: ErrorAnswer): GranaryError {
  return new GranaryError(answer.kind, { message: answer.message, hint: answer.hint, details: answer.details });
}
