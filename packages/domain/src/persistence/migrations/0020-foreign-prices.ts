/** What was paid for goods that were bought in another currency, as it was said, beside what it came to. */

export const foreignPrices = {
  name: '0020-foreign-prices',
  isExpansion: true,
  steps: ['ALTER TABLE stock_document_line ADD COLUMN price json NULL'],
} as const;
