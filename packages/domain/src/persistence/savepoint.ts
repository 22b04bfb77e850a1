/** Undoing a part of a unit of work: what a refused receipt would have needed must not outlive its refusal. */
import type { Tx } from './transaction.ts';

export async function setSavepoint(tx: Tx): Promise<void> {
  await tx.write('SAVEPOINT refusable');
}

export async function returnToSavepoint(tx: Tx): Promise<void> {
  await tx.write('ROLLBACK TO SAVEPOINT refusable');
}
