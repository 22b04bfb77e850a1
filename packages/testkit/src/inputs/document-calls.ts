/** A valid call of every procedure about documents, with every field filled in. */
import type { BaseInputs, MakeBase } from './base-inputs.ts';
import type { Fixtures } from './fixtures.ts';
import type { Stocked } from './stock-fixtures.ts';

const page = { limit: 10 };
const FAR = '2031-06-30T00:00:00Z';
const BEFORE = '2026-01-02T03:04:05Z';
const criteria = ({ locationId, qualityLevel }: Stocked) => ({ locationId, qualityLevel, minRemainingDays: 0 });

const inbound = async (fixtures: Fixtures): Promise<BaseInputs> => {
  const { locationId } = await fixtures.stocked();
  const line = {
    ...{
      skuId: fixtures.name(),
      quantity: 5,
      unitCost: '2.50',
      batchNo: fixtures.name(),
      locationId,
      qualityLevel: 'a-ss-1-fi-\u00e9',
    },
    ...{ producedOn: '2026-01-01', expiresAt: '2031-01-31', attributes: { colour: 'blue' } },
  };
  return [
    {
      documentNo: fixtures.name(),
      occurredAt: BEFORE,
      operator: 'Somebody',
      reason: 'A reason',
      supplier: 'A supplier',
      lines: [line],
    },
  ];
};

/** One that was expected, by its id and by its reference. */
const purchase = async (fixtures: Fixtures): Promise<BaseInputs> => {
  const [named, referred] = [await fixtures.expected(), await fixtures.expected()];
  const [one = {}, other = {}] = [...(await inbound(fixtures)), ...(await inbound(fixtures))] as object[];
  return [
    { ...one, inTransitId: named.inTransitId },
    { ...other, expectedReference: referred.reference },
  ];
};

/** A return without an original has a cost; with one it names a sold line, by id or number, or a reservation whose goods left. */
const returned = async (fixtures: Fixtures): Promise<BaseInputs> => {
  const [sold, numbered, deducted] = [await fixtures.sale(), await fixtures.sale(), await fixtures.deducted()];
  const by = (skuId: string, original: object) => ({
    documentNo: fixtures.name(),
    lines: [{ skuId, quantity: 1, ...original }],
  });
  return [
    ...(await inbound(fixtures)),
    by(sold.skuId, { originalDocumentId: sold.documentId, originalLine: 1 }),
    by(numbered.skuId, { originalDocumentNo: numbered.documentNo, originalLine: 1 }),
    by(deducted.skuId, { reservationId: deducted.id }),
  ];
};

const opening = async (fixtures: Fixtures): Promise<BaseInputs> =>
  (await inbound(fixtures)).map(({ occurredAt, supplier: _supplier, ...input }) => ({ ...input, asOf: occurredAt }));

const production = async (fixtures: Fixtures): Promise<BaseInputs> =>
  (await inbound(fixtures)).map(({ supplier: _supplier, ...input }) => ({ ...input, workOrderNo: fixtures.name() }));

/** Free stock of a batch that is named. */
const taking =
  (header: (fixtures: Fixtures) => object): MakeBase =>
  async (fixtures) => {
    const goods = await fixtures.stocked();
    const { skuId, batchId } = goods;
    const documentNo = fixtures.name();
    const said = { documentNo, occurredAt: new Date().toISOString(), operator: 'Somebody', reason: 'A reason' };
    const line = { skuId, quantity: 1, strategy: 'fifo', ...criteria(goods), batchId };
    return [{ ...said, ...header(fixtures), lines: [line] }];
  };

const sentBack: MakeBase = async (fixtures) => {
  const [named, one, other] = [
    await taking(() => ({ supplier: 'A supplier' }))(fixtures),
    await fixtures.stocked(),
    await fixtures.stocked(),
  ];
  const by = (skuId: string, original: object) => ({
    ...{ documentNo: fixtures.name(), supplier: 'A supplier' },
    lines: [{ skuId, quantity: 1, originalLine: 1, ...original }],
  });
  return [
    ...named,
    by(one.skuId, { originalDocumentId: one.documentId }),
    by(other.skuId, { originalDocumentNo: other.documentNo }),
  ];
};

const reversal = (documentId: string, fixtures: Fixtures) => [
  {
    documentId,
    documentNo: fixtures.name(),
    occurredAt: new Date().toISOString(),
    operator: 'Ann',
    reason: 'A reason',
  },
];

export const documentCalls: Readonly<Record<string, MakeBase>> = {
  'inbound.opening': opening,
  'inbound.production': production,
  'inbound.purchase': purchase,
  'inbound.return': returned,
  'inbound.reverse': async (fixtures) => reversal((await fixtures.stocked()).documentId, fixtures),
  'outbound.damage': taking(() => ({})),
  'outbound.pick': taking((fixtures) => ({ workOrderNo: fixtures.name() })),
  'outbound.reverse': async (fixtures) => reversal((await fixtures.sale()).documentId, fixtures),
  'outbound.supplierReturn': sentBack,
  'inbound.get': async (fixtures) => {
    const { documentId, documentNo } = await fixtures.stocked();
    return [{ id: documentId }, { type: 'purchase', documentNo }];
  },
  'inbound.list': async () => [{ type: 'purchase', supplier: 'A supplier', from: BEFORE, to: FAR, ...page }],
  'outbound.sales': async (fixtures) => {
    const goods = await fixtures.stocked();
    return [
      {
        ...{
          orderNo: fixtures.name(),
          documentNo: fixtures.name(),
          occurredAt: new Date().toISOString(),
          operator: 'Somebody',
          reason: 'A reason',
        },
        lines: [{ skuId: goods.skuId, quantity: 1, strategy: 'fifo', ...criteria(goods) }],
      },
    ];
  },
  'outbound.get': async (fixtures) => {
    const { documentNo, documentId } = await fixtures.sale();
    return [{ id: documentId }, { type: 'sales', documentNo }];
  },
  'outbound.list': async (fixtures) => [
    {
      ...{ type: 'sales', orderNo: (await fixtures.sale()).documentNo, supplier: 'A supplier' },
      ...{ from: BEFORE, to: FAR, ...page },
    },
  ],
};
