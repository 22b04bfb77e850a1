import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandsFor, welcome } from './welcome.ts';

/** What a shell would make of the command, without running curl. */
const words = (command: string) =>
  execFileSync('sh', ['-c', command.replace(/^curl/, 'printf "%s\\n"')], { encoding: 'utf8' })
    .trim()
    .split('\n');

describe('the three commands', () => {
  it('name a SKU whole, whatever a shell thinks of its characters', () => {
    const [check, reserve] = commandsFor('http://127.0.0.1:3000', `it's $HOME & "co"`).map(({ command }) =>
      words(command),
    );
    expect(check).toEqual([
      '-sG',
      'http://127.0.0.1:3000/trpc/stock.check',
      '--data-urlencode',
      String.raw`input={"skuId":"it's $HOME & \"co\""}`,
    ]);
    expect(JSON.parse(reserve?.at(-1) ?? '')).toMatchObject({ skuId: `it's $HOME & "co"`, quantity: 1 });
  });

  it('begin with a purchase when nothing is in stock', () => {
    expect(commandsFor('http://127.0.0.1:3000', undefined)[0]?.command).toContain('inbound.purchase');
  });
});

describe('what is said of tokens', () => {
  const text = (access: 'local' | 'tokens', token?: string) =>
    welcome({ url: 'http://127.0.0.1:3000', skuId: 'A', access, token });

  it.each(['local', 'tokens'] as const)(
    'with access %s: the first one with what it is for, else the command',
    (access) => {
      expect(text(access, 'gk_ID_SECRET').match(/gk_ID_SECRET/g)).toHaveLength(1);
      expect(text(access, 'gk_ID_SECRET')).not.toContain('npm run -s token');
      expect(text(access)).toContain('npm run -s token -- create --role admin');
      expect(text('local')).toMatch(/GRANARY_ACCESS=tokens npm start asks for a token/);
    },
  );
});
