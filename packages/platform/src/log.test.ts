import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';

/** A device on which nothing has room. */
const FULL = '/dev/full';

function collector(): { lines: Record<string, unknown>[]; stream: Writable } {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, stream };
}

describe('the log', () => {
  it('writes one JSON object a line, with the level as a word', () => {
    const { lines, stream } = collector();
    createLog({ level: 'info', name: 'worker', to: stream })('warn', 'slow', { ms: 12 });
    expect(lines).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        name: 'worker',
        pid: process.pid,
        ms: 12,
        msg: 'slow',
      },
    ]);
  });

  it('leaves out what is less important than its level', () => {
    const { lines, stream } = collector();
    const log = createLog({ level: 'error', name: 'x', to: stream });
    log('warn', 'no');
    log('error', 'yes');
    expect(lines.map((line) => line['msg'])).toEqual(['yes']);
  });

  it('redacts message and facts', () => {
    const { lines, stream } = collector();
    createLog({ level: 'info', name: 'x', to: stream })('info', 'mysql://a:canary@h', {
      error: new Error('Bearer canary'),
      password: 'canary',
    });
    expect(JSON.stringify(lines)).not.toContain('canary');
  });

  it.skipIf(!existsSync(FULL))('that cannot be written ends nobody', () => {
    const script = `const { createLog } = await import('./log.ts');
      const log = createLog({ level: 'info', name: 'x' });
      for (let each = 0; each < 10_000; each += 1) log('info', 'told to nobody '.repeat(10));
      process.exitCode = 7;`;
    const device = openSync(FULL, 'w');
    const { status } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      stdio: ['ignore', device, 'ignore'],
    });
    closeSync(device);
    expect(status).toBe(7);
  });
});
