/**
 * The folder of truth vectors and data beside the repository (GRANARY_SHARED). It is absent on most machines: tests that read it are then
 * skipped, each by its name, and the names go to GRANARY_SKIPPED_LOG so that a run that must not skip anything can fail.
 */
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What of vitest's `it` is needed here; handed in, so that this package needs no test runner at run time. */
export interface TestFunction {
  (name: string, work: () => unknown, timeoutMs?: number): void;
  readonly skip: (name: string, work: () => unknown, timeoutMs?: number) => void;
}

// Two folders below the package, from src and from dist alike.
const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** Absolute path, or undefined where there is none. */
export function sharedFolder(): string | undefined {
  const folder = process.env['GRANARY_SHARED'] ?? join(REPOSITORY, '../shared');
  return existsSync(join(folder, 'truth')) ? folder : undefined;
}

/** `const itWithShared = needsShared(it)`; then `itWithShared('agrees with the vectors', (shared) => …)`. */
export function needsShared(it: TestFunction) {
  return (name: string, work: (shared: string) => unknown, timeoutMs?: number): void => {
    const shared = sharedFolder();
    if (shared !== undefined) {
      it(name, () => work(shared), timeoutMs);
      return;
    }
    const log = process.env['GRANARY_SKIPPED_LOG'];
    if (log !== undefined) appendFileSync(log, `${name}\n`);
    it.skip(name, () => undefined, timeoutMs);
  };
}
