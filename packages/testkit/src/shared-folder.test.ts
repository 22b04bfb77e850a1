import { mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { needsShared, sharedFolder, type TestFunction } from './shared-folder.ts';

/** Stands in for the runner's `it` and writes down what was registered. */
function recorder() {
  const registered: string[] = [];
  const run = (name: string) => void registered.push(`run ${name}`);
  const fake: TestFunction = Object.assign(run, { skip: (name: string) => void registered.push(`skip ${name}`) });
  return { registered, fake };
}

describe('tests that read the shared folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'granary-shared-'));
    vi.stubEnv('GRANARY_SHARED', folder);
    vi.stubEnv('GRANARY_SKIPPED_LOG', join(folder, 'skipped.log'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are skipped by name, and the name is written down, where there is none', () => {
    const { registered, fake } = recorder();
    needsShared(fake)('agrees with the vectors', () => undefined);
    expect(sharedFolder()).toBeUndefined();
    expect(registered).toEqual(['skip agrees with the vectors']);
    expect(readFileSync(join(folder, 'skipped.log'), 'utf8')).toBe('agrees with the vectors\n');
  });

  it('run where there is one', () => {
    mkdirSync(join(folder, 'truth'));
    const { registered, fake } = recorder();
    needsShared(fake)('agrees with the vectors', () => undefined);
    expect(sharedFolder()).toBe(folder);
    expect(registered).toEqual(['run agrees with the vectors']);
  });
});
