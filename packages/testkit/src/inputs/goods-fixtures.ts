/** SKUs, places, and stock that lies at one. */
import { type FixtureTools, QUALITY } from './fixture-tools.ts';
import { at } from './wire.ts';

export interface GoodsFixtures {
  /** A SKU that never moved. */
  sku(): Promise<string>;
  /** An empty place. */
  location(): Promise<string>;
  /** A SKU with a thousand units of one undated batch, at a place that all of them share. */
  stocked(): Promise<Stocked>;
  /** One that belongs to a product. */
  family(): Promise<Stocked & { readonly spuId: string }>;
  /** The command that received such a SKU. */
  command(): Promise<string>;
}

export interface Stocked {
  readonly skuId: string;
  readonly locationId: string;
  readonly batchId: string;
  readonly documentId: string;
  readonly documentNo: string;
  readonly batchNo: string;
  readonly qualityLevel: string;
}

export function createGoodsFixtures({ name, call, callFor }: FixtureTools): GoodsFixtures {
  const location = async () => {
    const locationId = name();
    await call('location.create', { locationId });
    return locationId;
  };
  let shared: Promise<string> | undefined;
  const stocked = async (): Promise<Stocked> => {
    shared ??= location();
    const [skuId, documentNo, locationId] = [name(), name(), await shared];
    const line = { skuId, locationId, quantity: 1000, unitCost: '1.00', qualityLevel: QUALITY };
    const document = await call('inbound.purchase', { documentNo, lines: [line] });
    return {
      ...{ skuId, locationId, documentNo, batchNo: `${documentNo}-1`, qualityLevel: QUALITY },
      documentId: String(at(document, ['id'])),
      batchId: String(at(document, ['lines', 0, 'batchId'])),
    };
  };
  return {
    async sku() {
      const skuId = name();
      await call('sku.create', { skuId });
      return skuId;
    },
    location,
    stocked,
    async family() {
      const [goods, spuId] = [await stocked(), name()];
      await call('sku.update', { skuId: goods.skuId, spuId });
      return { ...goods, spuId };
    },
    async command() {
      const { skuId } = await stocked();
      return await callFor('stock.movements', { skuId }, ['items', 0, 'commandId']);
    },
  };
}
