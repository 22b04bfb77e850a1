/** Documents of some types within a span of time are found by it, not by a walk over all that were made since. */

export const documentList = {
  name: '0019-document-list',
  isExpansion: true,
  steps: ['ALTER TABLE stock_document ADD KEY stock_document_occurred (type, occurred_at)'],
} as const;
