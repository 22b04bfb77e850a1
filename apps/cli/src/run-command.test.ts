import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { defineCommand, PlainError, type Command } from './command.ts';
import { runCommand } from './run-command.ts';

const count = defineCommand({
  name: 'count',
  summary: 'Counts to a number',
  usage: '[NAME]',
  arguments: { min: 0, max: 1 },
  options: {
    to: { type: 'integer', min: 1, max: 10, default: 3, description: 'Where to stop' },
    how: { type: 'string', choices: ['up', 'down'], description: 'Direction' },
    broken: { type: 'boolean', description: 'Fails' },
  },
  run: ({ values, positionals, say }) => {
    if (values.broken) throw new PlainError('it broke');
    say('counting');
    const ok = values.to < 5;
    return Promise.resolve({ ok, figures: { to: values.to, how: values.how, names: positionals }, summary: 'done' });
  },
});

async function call(command: Command, args: string[]) {
  const out: string[] = [];
  let complaints = '';
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      complaints += chunk.toString();
      done();
    },
  }) as NodeJS.WriteStream;
  const code = await runCommand(command, args, {
    stdout: (line) => out.push(line),
    stderr,
    signal: new AbortController().signal,
  });
  return { code, out, complaints };
}

describe('a command', () => {
  it('prints for people and exits with 0 when it is ok', async () => {
    expect(await call(count, [])).toEqual({ code: 0, out: ['counting', 'done'], complaints: '' });
  });

  it('ends with one JSON object on stdout, and with code 1 exactly when it is not ok', async () => {
    const good = await call(count, ['--json', '--how', 'up', 'bob']);
    expect(good.out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { command: 'count', ok: true, to: 3, how: 'up', names: ['bob'] },
    ]);
    expect(good.complaints).toBe('counting\n');
    const bad = await call(count, ['--json', '--to', '5']);
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out.at(-1) ?? '')).toMatchObject({ ok: false, to: 5 });
  });

  it('tells its options in --help, without running', async () => {
    const { code, out } = await call(count, ['--help', '--broken']);
    expect(code).toBe(0);
    expect(out.join('\n')).toContain('--to N');
    expect(out.join('\n')).toContain('Where to stop (3 when left out)');
    expect(out.join('\n')).toContain('usage: npm run -s count -- [NAME] [options]');
  });

  it('answers a failure with its message and, for programs, with ok: false', async () => {
    const { code, out, complaints } = await call(count, ['--broken', '--json']);
    expect({ code, complaints }).toEqual({ code: 1, complaints: 'it broke\n' });
    expect(JSON.parse(out[0] ?? '')).toEqual({ command: 'count', ok: false, error: 'it broke' });
  });

  it.each([
    [['--fast'], "Unknown option '--fast'"],
    [['--to'], "Option '--to <value>' argument missing"],
    [['--to', 'many'], "--to must be a whole number from 1 to 10, not 'many'"],
    [['--to', '11'], "--to must be a whole number from 1 to 10, not '11'"],
    [['--how', 'sideways'], "--how must be one of up, down, not 'sideways'"],
    [['a', 'b'], "Unexpected argument 'b'"],
  ])('refuses %j with one sentence and code 2', async (args, sentence) => {
    const { code, out, complaints } = await call(count, args);
    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(complaints).toBe(`count: ${sentence}. "npm run -s count -- --help" tells more.\n`);
  });
});
