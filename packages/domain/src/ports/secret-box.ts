/** The port through which secrets that must be read again later are sealed before they reach a row. */

export interface SecretBox {
  /** False while no key is configured: then nothing can be sealed, and what needs a secret is refused. */
  readonly isReady: boolean;
  /** `boundTo` names the row: a text that was moved to another row does not open there. */
  seal(plain: string, boundTo: string): string;
  open(sealed: string, boundTo: string): string;
  /** Whether a text was sealed with another key than the one that seals now. */
  needsReseal(sealed: string): boolean;
}
