/** The port through which secrets that must be read again later are sealed before they reach a row. */

export interface SecretBox {
  /** False while no key is configured: then nothing can be sealed, and what needs a secret is refused. */
  readonly isReady: boolean;
  /** `boundTo` names the row: a text that was moved to another row does not open there. */
  seal(plain: string, boundTo: string): string;
  /** Seals equal texts at an equal place alike, so that a repeat is known as one; that two are equal can be seen. */
  sealAlike(plain: string, boundTo: string): string;
  open(sealed: string, boundTo: string): string;
  /** False for what was changed, comes from elsewhere or was never sealed. Throws INV_012 while its key is missing. */
  opens(sealed: string, boundTo: string): boolean;
  /** Whether a text was sealed with another key than the one that seals now. */
  needsReseal(sealed: string): boolean;
}
