/** Paths that callers of the older inventory service know; each is a second name of one procedure. */

export interface Alias {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** `{product_id}` stands for one segment, percent-decoded once: it is the skuId of the input. */
  readonly path: string;
  readonly procedure: string;
  /** An input that succeeds after the examples of all procedures; without it the procedure's own first example does. */
  readonly example?: Readonly<Record<string, unknown>>;
}

export const PRODUCT_ID = '{product_id}';

const cart = { type: 'cart', businessId: 'CART-900' };

export const aliases: readonly Alias[] = [
  { method: 'GET', path: '/inventory/check/{product_id}', procedure: 'stock.check' },
  { method: 'POST', path: '/inventory/check/batch', procedure: 'stock.checkMany' },
  { method: 'POST', path: '/inventory', procedure: 'sku.create', example: { skuId: 'CAP', name: 'Cap' } },
  { method: 'GET', path: '/inventory', procedure: 'stock.levels' },
  { method: 'GET', path: '/inventory/product/{product_id}', procedure: 'stock.available' },
  { method: 'GET', path: '/inventory/low-stock', procedure: 'stock.lowStock', example: { limit: 10 } },
  {
    method: 'POST',
    path: '/inventory/restock',
    procedure: 'inbound.purchase',
    example: { documentNo: 'PO-7900', lines: [{ skuId: 'CAP', quantity: 20, unitCost: '4.25' }] },
  },
  {
    method: 'POST',
    path: '/inventory/adjust',
    procedure: 'adjustment.adjust',
    example: { skuId: 'CAP', delta: -2, reasonCode: 'loss', operator: 'Ann' },
  },
  { method: 'PUT', path: '/inventory/{product_id}/threshold', procedure: 'stock.configure' },
  {
    method: 'GET',
    path: '/inventory/logs/{product_id}',
    procedure: 'stock.movements',
  },
  {
    method: 'POST',
    path: '/inventory/reserve',
    procedure: 'reservation.reserve',
    example: { skuId: 'CAP', quantity: 3, ...cart },
  },
  { method: 'POST', path: '/inventory/deduct', procedure: 'reservation.deduct', example: cart },
  {
    method: 'POST',
    path: '/inventory/release',
    procedure: 'reservation.release',
    example: { type: 'cart', businessId: 'CART-501', reason: 'cart emptied' },
  },
  { method: 'POST', path: '/inventory/cleanup-expired', procedure: 'reservation.expireDue' },
];
