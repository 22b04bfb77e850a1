/** A document as the oracle keeps it: its first answer, and what came of it since. */
import type { Document, DocumentType } from '@granary/contracts/document';

export interface OracleDocument {
  readonly type: DocumentType;
  readonly documentNo: string;
  readonly orderNo: string | null;
  readonly content: string;
  answer: Document;
  readonly id: string;
  /** The document that it takes back. */
  readonly reverses: string | null;
  reversedBy: string | null;
  /** What it brought back of others; nothing any more once it is reversed. */
  brought: readonly BroughtBack[];
}

/** By a document of that type, of one line of a document or of a reservation. */
export interface BroughtBack {
  readonly by: 'return' | 'supplierReturn';
  readonly id: string;
  readonly line: number;
  readonly quantity: number;
}
