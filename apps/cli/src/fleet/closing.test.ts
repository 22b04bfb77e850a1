import { describe, expect, it } from 'vitest';
import { createClosing } from './closing.ts';

describe('closing', () => {
  it('closes the newest first and everything, and tells the first failure', async () => {
    const closed: string[] = [];
    const closing = createClosing();
    closing.add(async () => void closed.push('database'));
    closing.add(() => Promise.reject(new Error('stuck')));
    closing.add(async () => void closed.push('api'));
    await expect(closing.close()).rejects.toThrow('stuck');
    expect(closed).toEqual(['api', 'database']);
    await closing.close();
    expect(closed).toHaveLength(2);
  });
});
