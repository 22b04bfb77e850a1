/** Ways to break I8 and I9 past costing, each with how it is put back and what verify must say of it; for the books of cost-verification.test.ts. */

export type CostCorruption = readonly [what: string, corrupt: string, repair: string, invariant: string, found: string];

const august = "(SELECT period_id FROM cost_period WHERE name = '2026-08')";

export const costCorruptions: readonly CostCorruption[] = [
  [
    'a layer that lost a unit',
    "UPDATE cost_layer SET remaining = remaining - 1 WHERE sku_id = 'A' AND quantity = 10 AND remaining = 10",
    "UPDATE cost_layer SET remaining = remaining + 1 WHERE sku_id = 'A' AND quantity = 10 AND remaining = 9",
    'I8',
    'holds 16',
  ],
  [
    'a layer worth a millionth more',
    "UPDATE cost_layer SET value = value + 0.000001 WHERE sku_id = 'A' ORDER BY layer_id LIMIT 1",
    "UPDATE cost_layer SET value = value - 0.000001 WHERE sku_id = 'A' ORDER BY layer_id LIMIT 1",
    'I8',
    '260.000001',
  ],
  [
    'a layer of a pool that claims a value of its own',
    "UPDATE cost_layer SET value = 1 WHERE sku_id = 'P'",
    "UPDATE cost_layer SET value = 0 WHERE sku_id = 'P'",
    'I8',
    'cost of P',
  ],
  [
    'a deficit that nobody owes',
    "UPDATE cost_deficit SET value = value + 1 WHERE sku_id = 'O'",
    "UPDATE cost_deficit SET value = value - 1 WHERE sku_id = 'O'",
    'I8',
    'its deficits 2 for 3.000000',
  ],
  [
    'an edited record',
    "UPDATE cost_record SET value = value - 0.01 WHERE sku_id = 'P' AND record_no = 1",
    "UPDATE cost_record SET value = value + 0.01 WHERE sku_id = 'P' AND record_no = 1",
    'I8',
    'its records say 10 for 99.990000',
  ],
  [
    'a record that is gone, though it was worth nothing',
    "UPDATE cost_record SET record_no = 99 WHERE sku_id = 'P' AND kind = 'switch'",
    "UPDATE cost_record SET record_no = 2 WHERE sku_id = 'P' AND kind = 'switch'",
    'I8',
    'after 2 records',
  ],
  [
    'stock that was never costed',
    "UPDATE stock_level SET on_hand = on_hand + 1 WHERE sku_id = 'P'",
    "UPDATE stock_level SET on_hand = on_hand - 1 WHERE sku_id = 'P'",
    'I8',
    '10 units are costed, 11 are there',
  ],
  [
    'records of a SKU that lost its state',
    "UPDATE cost_state SET sku_id = 'Z' WHERE sku_id = 'P'",
    "UPDATE cost_state SET sku_id = 'P' WHERE sku_id = 'Z'",
    'I8',
    'cost of P has records and no state',
  ],
  [
    'a snapshot that does not add up',
    `UPDATE cost_snapshot SET inbound_value = inbound_value + 1 WHERE period_id = ${august}`,
    `UPDATE cost_snapshot SET inbound_value = inbound_value - 1 WHERE period_id = ${august}`,
    'I9',
    'snapshot of A in 2026-08',
  ],
  [
    'a snapshot that opens with something else than the one before closed with',
    `UPDATE cost_snapshot SET opening_value = opening_value + 1, closing_value = closing_value + 1 WHERE period_id = ${august}`,
    `UPDATE cost_snapshot SET opening_value = opening_value - 1, closing_value = closing_value - 1 WHERE period_id = ${august}`,
    'I9',
    'the period before closed with 6 for 60',
  ],
  [
    'records that were posted into a closed period',
    `UPDATE cost_record SET period_id = ${august} WHERE sku_id = 'A' AND kind = 'issue'`,
    "UPDATE cost_record SET period_id = (SELECT period_id FROM cost_period WHERE name = '2026-07') WHERE sku_id = 'A' AND kind = 'issue'",
    'I9',
    'its records',
  ],
  [
    'a SKU without a snapshot',
    `UPDATE cost_snapshot SET sku_id = 'Y' WHERE period_id = ${august}`,
    `UPDATE cost_snapshot SET sku_id = 'A' WHERE period_id = ${august}`,
    'I9',
    'was closed without a snapshot',
  ],
];
