/** The refusals of costing, worded for whoever reads them (COST_001 to COST_009). */
import { GranaryError } from '@granary/contracts/error';

export function insufficientLayers(skuId: string, requested: number, available: number): GranaryError {
  return new GranaryError('insufficientLayers', {
    message: `${requested} units of ${skuId} are to be costed and the layers hold ${available}.`,
    hint: 'Bring the missing receipts in first, or allow shortages to be owed.',
    details: { skuId, requested, available },
  });
}

export function calculationFailed(skuId: string, message: string, hint: string): GranaryError {
  return new GranaryError('costCalculationFailed', { message, hint, details: { skuId } });
}

export function invalidRule(rule: string, message: string): GranaryError {
  return new GranaryError('allocationRuleInvalid', {
    message,
    hint: 'Give every target a weight that is not negative, and at least one that is not zero.',
    details: { rule },
  });
}

export function rateMissing(currency: string, date: string): GranaryError {
  return new GranaryError('exchangeRateMissing', {
    message: `There is no exchange rate of ${currency} on or before ${date}.`,
    hint: 'Record the rate of that day, then post again.',
    details: { currency, date },
  });
}
