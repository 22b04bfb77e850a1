/** How bundles and virtual SKUs are explained. */
import { example, type Guide, SOME_ID } from './guide.ts';

const SET = 'GIFT-SET';
const CASE = 'MUG-CASE';
const components = [
  { skuId: 'MUG', quantity: 2 },
  { skuId: 'TSHIRT-M', quantity: 1 },
];

export const bundleGuide: Guide = {
  'bundle.create': {
    summary: 'Sell several SKUs as one',
    description:
      'Available is what the components allow, place by place: a bundle is put together at one. Reserving and selling it takes its components, all or none. It has no stock of its own, so a SKU with goods cannot become one (INV_010), nor be one inside another.',
    examples: example({ skuId: SET, components }),
  },
  'bundle.update': {
    summary: 'Change what a bundle is made of',
    description: 'For what is reserved from now on; what is held keeps the composition that it was made with.',
    examples: example({ skuId: SET, components: [{ skuId: 'MUG', quantity: 1 }, ...components.slice(1)] }),
  },
  'bundle.get': { summary: 'What a bundle is made of', examples: example({ skuId: SET }) },
  'bundle.list': {
    summary: 'Bundles, page by page',
    examples: example({ componentSkuId: 'MUG', state: 'active', limit: 50 }),
  },
  'bundle.remove': {
    summary: 'Stop selling several SKUs as one',
    description: 'The SKU is plain stock again. What is held of the bundle stays held, and leaves as it was made.',
    examples: example({ skuId: SET }),
  },
};

export const virtualGuide: Guide = {
  'virtual.create': {
    summary: 'Sell so many units under another SKU',
    description:
      'Name the real SKU, or one batch of it, and how many of its units one virtual unit takes. Available is what the real stock allows, and with a cap no more than the cap less what is held.',
    examples: [
      { name: 'caseOfTwelve', input: { skuId: CASE, realSkuId: 'MUG', ratio: 12, cap: 20 } },
      {
        name: 'oneBatch',
        input: { skuId: 'TSHIRT-M-OUTLET', batchId: SOME_ID, ratio: 1 },
        from: { batchId: 'batch.create#/batchId' },
      },
    ],
  },
  'virtual.update': {
    summary: 'Change ratio, cap or what it stands for',
    description: 'Fields left out stay as they are; null takes the cap away. What is held keeps its ratio.',
    examples: example({ skuId: CASE, cap: null }),
  },
  'virtual.get': { summary: 'What a virtual SKU stands for', examples: example({ skuId: CASE }) },
  'virtual.list': {
    summary: 'Virtual SKUs, page by page',
    examples: example({ realSkuId: 'MUG', state: 'active', limit: 50 }),
  },
  'virtual.remove': {
    summary: 'Stop selling under another SKU',
    description: 'The SKU is plain stock again. What is held of it stays held, and leaves as it was made.',
    examples: example({ skuId: CASE }),
  },
};
