import { describe, expect, it, vi } from 'vitest';
import { databaseClock } from './clock.ts';
import { createIds } from './ids.ts';
import { parseInstant } from '@granary/contracts/instant';

describe('ids', () => {
  it('are ULIDs that rise, also within one millisecond', () => {
    const next = createIds();
    const ids = Array.from({ length: 5_000 }, next);
    expect(ids.every((id) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('go on rising when the clock steps back', () => {
    const next = createIds();
    vi.useFakeTimers({ now: 2_000_000_000_000 });
    const before = next();
    vi.setSystemTime(1_000_000_000_000);
    const after = next();
    vi.useRealTimers();
    expect(after > before).toBe(true);
  });

  it('of two makers do not meet', () => {
    const [one, other] = [createIds(), createIds()];
    const ids = Array.from({ length: 2_000 }, () => [one(), other()]).flat();
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('the production clock says what the database says', () => {
  const now = parseInstant('2026-11-20T10:00:00.123456Z');
  expect(now === undefined ? now : databaseClock(now)).toBe(now);
});
