import { revalueInput } from '@granary/contracts/cost';
import { inboundInput } from '@granary/contracts/document';
import { setRateInput } from '@granary/contracts/exchange-rate';
import { reserveInput } from '@granary/contracts/reservation';
import { stockMovementsInput } from '@granary/contracts/stock';
import { describe, expect, it } from 'vitest';
import { fieldsOf, type Schema } from './schema-fields.ts';

const kinds = (schema: Schema) =>
  Object.fromEntries(fieldsOf(schema).map((field) => [field.path.join('.'), field.kind]));

describe('the walk over a schema', () => {
  it('finds every field of a reservation, through defaults and options', () => {
    expect(kinds(reserveInput)).toEqual({
      ...{ '': 'object', batchIds: 'list' },
      ...{ skuId: 'identifier', quantity: 'integer', type: 'choice', businessId: 'identifier', lineId: 'identifier' },
      ...{ ttlSeconds: 'integer', expiresAt: 'instant', locationId: 'identifier', qualityLevel: 'identifier' },
      ...{ minRemainingDays: 'integer', 'batchIds.0': 'id', strategy: 'identifier', replace: 'boolean' },
      idempotencyKey: 'identifier',
    });
  });

  it('goes into the lines of a document, and tells dates, money and free text apart', () => {
    expect(kinds(inboundInput)).toMatchObject({
      ...{ 'lines.0.unitCost': 'money', 'lines.0.producedOn': 'date', 'lines.0.expiresAt': 'expiry' },
      ...{ 'lines.0.attributes': 'free', reason: 'text', documentNo: 'identifier', occurredAt: 'instant' },
    });
  });

  it('tells the kinds of money apart', () => {
    expect(kinds(revalueInput)).toMatchObject({ amount: 'signed' });
    expect(kinds(setRateInput)).toMatchObject({ rate: 'rate', currency: 'currency', on: 'date' });
  });

  it('knows a cursor as text that nobody may make up', () => {
    expect(kinds(stockMovementsInput)).toMatchObject({
      cursor: 'opaque',
      limit: 'integer',
      commandId: 'id',
      'kinds.0': 'choice',
    });
  });

  it('measures how long a name may be, and whether it may be empty', () => {
    const fields = fieldsOf(reserveInput);
    expect(fields.find((field) => field.name === 'skuId')).toMatchObject({ maxLength: 64, mayBeEmpty: false });
    expect(fields.find((field) => field.name === 'lineId')).toMatchObject({ maxLength: 64, mayBeEmpty: true });
    expect(fields.find((field) => field.name === 'idempotencyKey')).toMatchObject({ maxLength: 255 });
  });

  it('fails on a kind of field that nobody thought of, rather than passing it over', () => {
    const strange: Schema = { _zod: { def: { type: 'bigint' } }, safeParse: () => ({ success: true }) };
    expect(() =>
      fieldsOf({ _zod: { def: { type: 'object', shape: { strange } } }, safeParse: () => ({ success: true }) }),
    ).toThrow('does not know what to do with a bigint at strange');
  });
});
