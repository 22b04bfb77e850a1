/** Makes what a valid call needs, through the api itself: SKUs with stock, places, holds, documents, each under names of its own. */
import { at, type Send } from './wire.ts';

export interface Fixtures {
  /** A name that nothing has yet, full of letters that look like others. */
  name(): string;
  /** A SKU with a thousand units of one undated batch, at a place of its own. */
  stocked(): Promise<Stocked>;
  /** A hold of two hundred units on such a SKU. */
  hold(type?: 'cart' | 'order'): Promise<Hold>;
  /** One unit sold: the order and its document have one number. */
  sale(): Promise<{ readonly documentNo: string; readonly documentId: string }>;
  /** A job that waits; nobody runs it here. */
  job(): Promise<string>;
  /** A token that nobody uses. */
  token(): Promise<string>;
}

export interface Stocked {
  readonly skuId: string;
  readonly spuId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly documentId: string;
  readonly documentNo: string;
  readonly qualityLevel: string;
  readonly commandId: string;
}

export interface Hold extends Stocked {
  readonly id: string;
  readonly type: 'cart' | 'order';
  readonly businessId: string;
}

/** Letters, digits and ligatures whose look-alikes a careless comparison would take for them; an accent composed and decomposed alike. */
const STEM = 'abc-ss-1-fi-\u00e9';
export const QUALITY = 'a-ss-1-fi-\u00e9';
/** Long enough to outlive the run, so that no hold is overdue while tables are watched. */
const HOLD_TTL_SECONDS = 80_000;

export function createFixtures(send: Send): Fixtures {
  let made = 0;
  const name = (): string => {
    made += 1;
    return `${STEM}-${made}`;
  };
  const call = async (procedure: string, input: unknown): Promise<unknown> => {
    const answer = await send(procedure, JSON.stringify(input));
    if (answer.status !== 200) throw new Error(`the fixture ${procedure} failed: ${answer.text.slice(0, 1000)}`);
    return answer.data;
  };
  const stocked = async (): Promise<Stocked> => {
    const [skuId, spuId, locationId, documentNo] = [name(), name(), name(), name()];
    await call('sku.create', { skuId, spuId });
    await call('location.create', { locationId });
    const line = { skuId, locationId, quantity: 1000, unitCost: '1.00', qualityLevel: QUALITY };
    const document = await call('inbound.purchase', { documentNo, lines: [line] });
    const ledger = await call('stock.movements', { skuId });
    return {
      ...{ skuId, spuId, locationId, documentNo, qualityLevel: QUALITY },
      documentId: String(at(document, ['id'])),
      batchId: String(at(document, ['lines', 0, 'batchId'])),
      commandId: String(at(ledger, ['items', 0, 'commandId'])),
    };
  };
  return {
    name,
    stocked,
    async hold(type = 'cart') {
      const [goods, businessId] = [await stocked(), name()];
      const held = await call('reservation.reserve', {
        skuId: goods.skuId,
        quantity: 200,
        type,
        businessId,
        ttlSeconds: HOLD_TTL_SECONDS,
      });
      return { ...goods, type, businessId, id: String(at(held, ['id'])) };
    },
    async sale() {
      const [goods, orderNo] = [await stocked(), name()];
      const document = await call('outbound.sales', { orderNo, lines: [{ skuId: goods.skuId, quantity: 1 }] });
      return { documentNo: orderNo, documentId: String(at(document, ['id'])) };
    },
    token: async () => String(at(await call('token.create', { name: 'a token', role: 'user' }), ['tokenId'])),
    job: async () => String(at(await call('system.verify', {}), ['id'])),
  };
}
