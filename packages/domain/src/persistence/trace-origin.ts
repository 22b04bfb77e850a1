/** Where the way back begins, and which lines of documents and reservations belong to it. */

/** What is asked for the way back: an order, one document, or one reservation. */
export interface Origin {
  readonly orderNo?: string | undefined;
  readonly documentId?: string | undefined;
  readonly reservationId?: string | undefined;
  /** Of one piece: what it moved with, and the batches in which it lay. */
  readonly piece?: Readonly<Record<'documentIds' | 'reservationIds' | 'batchIds', readonly string[]>>;
}

export interface Part {
  readonly table: 'stock_document_line' | 'reservation_line';
  readonly owner: 'document_id' | 'reservation_id';
  readonly index: string;
  readonly where: string;
  readonly values: readonly unknown[];
}

export function partsOf({ orderNo, documentId, reservationId, piece }: Origin): readonly Part[] {
  const documents = { table: 'stock_document_line', owner: 'document_id', index: 'PRIMARY' } as const;
  const reservations = { table: 'reservation_line', owner: 'reservation_id', index: 'PRIMARY' } as const;
  if (piece !== undefined) {
    const within = (ids: readonly string[]) => [[...ids, ''], piece.batchIds];
    const [ofDocuments, ofHolds] = [within(piece.documentIds), within(piece.reservationIds)];
    return [
      { ...documents, where: 'l.document_id IN (?) AND l.batch_id IN (?)', values: ofDocuments },
      { ...reservations, where: 'l.reservation_id IN (?) AND l.batch_id IN (?)', values: ofHolds },
    ];
  }
  if (documentId !== undefined) return [{ ...documents, where: 'l.document_id = ?', values: [documentId] }];
  if (reservationId !== undefined) {
    return [
      {
        ...documents,
        index: 'stock_document_line_reservation',
        where: 'l.reservation_id = ?',
        values: [reservationId],
      },
      { ...reservations, where: 'l.reservation_id = ?', values: [reservationId] },
    ];
  }
  const ofOrder = `l.document_id IN (SELECT o.document_id FROM stock_document AS o WHERE o.order_no = ?)`;
  const ofHold = `l.reservation_id IN (SELECT o.reservation_id FROM reservation AS o WHERE o.business_id = ? AND o.type = 'order')`;
  return [
    { ...documents, where: ofOrder, values: [orderNo ?? ''] },
    { ...reservations, where: ofHold, values: [orderNo ?? ''] },
  ];
}
