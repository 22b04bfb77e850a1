import { describe, expect, it } from 'vitest';
import { startFleet, startMember } from './fleet.ts';

const nowhere = { DATABASE_URL: 'mysql://root@127.0.0.1:1/granary', STOCK_LOCK: 'none', PORT: '0' };

describe('a fleet', () => {
  it('tells why a process could not open, and leaves none behind', async () => {
    const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
    const before = processes();
    await expect(startMember({ settings: nowhere })).rejects.toThrow('nothing listens there');
    await expect(startFleet(2, { settings: nowhere })).rejects.toThrow('nothing listens there');
    await expect.poll(processes).toBe(before);
  });
});
