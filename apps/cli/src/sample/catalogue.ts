/** What the shop of the sample sells: an outdoor and pantry shop with a warehouse, a shop in the harbour and one on the market square. */

export interface SampleLocation {
  readonly locationId: string;
  readonly name: string;
  readonly priority: number;
  /** Its part of what is sold. */
  readonly share: number;
}

export const locations = [
  { locationId: 'default', name: 'Central warehouse', priority: 10, share: 0.6 },
  { locationId: 'harbour', name: 'Shop at the harbour', priority: 20, share: 0.25 },
  { locationId: 'market', name: 'Shop on the market square', priority: 30, share: 0.15 },
] as const satisfies readonly SampleLocation[];

/** How a product sells over the weeks. */
export type Demand =
  /** About the same every week. */
  | 'steady'
  /** Rising from half to one and a half of its mean over the weeks, as a season begins. */
  | 'seasonal'
  /** Nothing for days, then several at once, as spare parts do. */
  | 'intermittent';

export interface Product {
  readonly spuId: string;
  readonly name: string;
  /** Sizes, colours or grinds; one variant without a name for a product that has none. */
  readonly variants: readonly string[];
  readonly demand: Demand;
  /** Units that the whole shop sells in a week, per variant. */
  readonly weekly: number;
  readonly unitCost: string;
  readonly shelfLifeDays?: number;
  readonly strategy?: 'fefo' | 'lifo';
}

const SIZES = ['S', 'M', 'L', 'XL'] as const;

export const products: readonly Product[] = [
  {
    spuId: 'TEE-ORGANIC',
    name: 'Organic cotton T-shirt',
    variants: SIZES,
    demand: 'steady',
    weekly: 14,
    unitCost: '6.40',
  },
  { spuId: 'HOODIE-FLEECE', name: 'Fleece hoodie', variants: SIZES, demand: 'seasonal', weekly: 9, unitCost: '18.90' },
  { spuId: 'JACKET-RAIN', name: 'Rain jacket', variants: SIZES, demand: 'seasonal', weekly: 6, unitCost: '42.00' },
  {
    spuId: 'SOCK-MERINO',
    name: 'Merino socks',
    variants: ['36-38', '39-41', '42-44', '45-47'],
    demand: 'steady',
    weekly: 16,
    unitCost: '4.15',
  },
  {
    spuId: 'HAT-WOOL',
    name: 'Wool hat',
    variants: ['GREY', 'NAVY', 'RUST'],
    demand: 'seasonal',
    weekly: 8,
    unitCost: '7.75',
  },
  {
    spuId: 'GLOVE-TOUCH',
    name: 'Touch-screen gloves',
    variants: ['S', 'M', 'L'],
    demand: 'seasonal',
    weekly: 7,
    unitCost: '5.60',
  },
  {
    spuId: 'BOTTLE-STEEL',
    name: 'Steel bottle 0.75 l',
    variants: ['BLACK', 'SAND', 'OLIVE'],
    demand: 'steady',
    weekly: 10,
    unitCost: '9.20',
  },
  { spuId: 'LAMP-HEAD', name: 'Head lamp', variants: [''], demand: 'seasonal', weekly: 9, unitCost: '14.35' },
  {
    spuId: 'TENT-TREK',
    name: 'Trekking tent',
    variants: ['2P', '3P'],
    demand: 'intermittent',
    weekly: 1.5,
    unitCost: '118.00',
  },
  { spuId: 'MAT-SLEEP', name: 'Sleeping mat', variants: [''], demand: 'intermittent', weekly: 2, unitCost: '31.50' },
  { spuId: 'STOVE-GAS', name: 'Gas stove', variants: [''], demand: 'intermittent', weekly: 2, unitCost: '27.80' },
  {
    spuId: 'PART-STOVE',
    name: 'Gas stove spare part',
    variants: ['JET', 'HOSE', 'SEAL'],
    demand: 'intermittent',
    weekly: 1.2,
    unitCost: '1.85',
  },
  {
    spuId: 'PART-TENT',
    name: 'Tent spare part',
    variants: ['POLE', 'PEG-10', 'CORD'],
    demand: 'intermittent',
    weekly: 1.5,
    unitCost: '3.40',
  },
  {
    spuId: 'COFFEE-ESPRESSO',
    name: 'Espresso beans 500 g',
    variants: ['WHOLE', 'GROUND'],
    demand: 'steady',
    weekly: 26,
    unitCost: '5.95',
    shelfLifeDays: 180,
    strategy: 'fefo',
  },
  {
    spuId: 'COFFEE-FILTER',
    name: 'Filter coffee 500 g',
    variants: ['WHOLE', 'GROUND'],
    demand: 'steady',
    weekly: 20,
    unitCost: '5.10',
    shelfLifeDays: 180,
    strategy: 'fefo',
  },
  {
    spuId: 'TEA-HERBAL',
    name: 'Herbal tea',
    variants: ['MINT', 'GINGER', 'ROOIBOS'],
    demand: 'seasonal',
    weekly: 15,
    unitCost: '2.30',
    shelfLifeDays: 365,
    strategy: 'fefo',
  },
  {
    spuId: 'BAR-OAT',
    name: 'Oat bar',
    variants: ['NUT', 'BERRY', 'COCOA'],
    demand: 'steady',
    weekly: 48,
    unitCost: '0.62',
    shelfLifeDays: 120,
    strategy: 'fefo',
  },
  {
    spuId: 'MEAL-FREEZE',
    name: 'Freeze-dried meal',
    variants: ['CHILLI', 'CURRY', 'PASTA'],
    demand: 'steady',
    weekly: 11,
    unitCost: '3.85',
    shelfLifeDays: 720,
    strategy: 'fefo',
  },
  {
    spuId: 'SOUP-INSTANT',
    name: 'Instant soup',
    variants: ['TOMATO', 'MISO'],
    demand: 'seasonal',
    weekly: 18,
    unitCost: '0.88',
    shelfLifeDays: 270,
    strategy: 'fefo',
  },
  {
    spuId: 'CREAM-SUN',
    name: 'Sun cream',
    variants: ['30', '50'],
    demand: 'intermittent',
    weekly: 3,
    unitCost: '4.70',
    shelfLifeDays: 540,
    strategy: 'fefo',
  },
  {
    spuId: 'CANDLE-BEES',
    name: 'Beeswax candle',
    variants: ['SMALL', 'LARGE'],
    demand: 'seasonal',
    weekly: 12,
    unitCost: '2.95',
  },
  {
    spuId: 'MAP-TRAIL',
    name: 'Trail map',
    variants: ['NORTH', 'SOUTH', 'COAST'],
    demand: 'intermittent',
    weekly: 2,
    unitCost: '3.10',
    strategy: 'lifo',
  },
  { spuId: 'KNIFE-POCKET', name: 'Pocket knife', variants: [''], demand: 'steady', weekly: 5, unitCost: '16.25' },
  {
    spuId: 'ROPE-UTILITY',
    name: 'Utility rope 10 m',
    variants: [''],
    demand: 'intermittent',
    weekly: 2,
    unitCost: '6.05',
  },
];

export interface SampleSku extends Omit<Product, 'variants'> {
  readonly skuId: string;
}

/** One SKU per variant; a product without variants is its own SKU. */
export const skus: readonly SampleSku[] = products.flatMap(({ variants, ...product }) =>
  variants.map((variant) => ({
    ...product,
    skuId: variant === '' ? product.spuId : `${product.spuId}-${variant}`,
    name: variant === '' ? product.name : `${product.name}, ${variant.toLowerCase()}`,
  })),
);
