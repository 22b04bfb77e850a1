/** Tables that are written together. */
export const PIECES = ['stock_serial', 'stock_serial_event'];
/** Costs follow whatever moves stock, in its transaction. */
export const COST = [
  ...['cost_event', 'cost_flow', 'cost_layer', 'cost_record', 'cost_state', 'cost_deficit', 'cost_variance'],
  ...['cost_period', 'cost_guard', 'cost_period_terms', 'cost_telling', 'cost_recost'],
];
export const STOCK = [...COST, 'stock_level', 'stock_batch', 'stock_movement', ...PIECES];
export const HOLD = ['reservation', 'reservation_line'];
export const LOCK = ['stock_lock', 'stock_lock_line'];
export const DOCUMENT = ['stock_document', 'stock_document_line'];
export const TRANSFER = ['stock_transfer', 'stock_transfer_line', 'stock_transfer_part'];
export const IN_TRANSIT = ['stock_in_transit', 'stock_in_transit_line'];
export const ASSEMBLY = ['stock_assembly', 'stock_assembly_part', 'stock_assembly_shelf'];
