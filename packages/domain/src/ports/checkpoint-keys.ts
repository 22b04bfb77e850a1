/** The ports of checkpoints: who signs them, and where they stand beside the database. */

export interface CheckpointKeys {
  /** The key that signs; undefined where this process only verifies. */
  readonly signingKeyId: string | undefined;
  /** A signature in base64 by the signing key. */
  sign(text: string): string;
  /** Whether the key made this signature of this text; undefined where nobody knows the key. */
  verify(signed: { readonly keyId: string; readonly text: string; readonly signature: string }): boolean | undefined;
}

/** Checkpoints as texts, by number, in a place that who may write to the database need not be able to reach. */
export interface CheckpointArchive {
  /** The highest number; 0 while there is none. */
  last(): Promise<number>;
  read(checkpointNo: number): Promise<string | undefined>;
  /** Never over one that is there. */
  write(checkpointNo: number, text: string): Promise<void>;
}
