import { expect, it } from 'vitest';
import { createPosition } from './position.ts';

const SOURCE = '3e11fa47-71ca-11e1-9e33-c80aa9429562';

it.each([
  { engine: 'mariadb', whole: '0-1-100', commits: ['0-1-107', '0-1-105'], text: '0-1-107' },
  { engine: 'mariadb', whole: '0-1-100,1-7-3', commits: ['0-2-101'], text: '0-2-101,1-7-3' },
  { engine: 'mariadb', whole: '0-1-200', commits: ['0-1-107'], text: '0-1-200' },
  {
    engine: 'mysql',
    whole: `${SOURCE}:1-100`,
    commits: [`${SOURCE}:107`, `${SOURCE}:105`],
    text: `${SOURCE}:1-100,${SOURCE}:105-107`,
  },
] as const)('$engine: what the primary had at $whole and what was committed since: $text', (position) => {
  const at = createPosition(position.engine);
  at.asking();
  for (const gtid of position.commits) at.note(gtid);
  at.asked(position.whole);
  expect(at.text()).toBe(position.text);
});

it('says nothing before the primary has said anything', () => {
  const position = createPosition('mariadb');
  position.note('0-1-5');
  expect(position.text()).toBe('');
});

it('forgets what the answer of the primary contains, and nothing else, also when no answer came', () => {
  const position = createPosition('mysql');
  position.asking();
  position.asked(`${SOURCE}:1-100`);
  position.note(`${SOURCE}:101`);
  position.asking();
  position.note(`${SOURCE}:102`);
  position.asked(undefined);
  expect(position.text()).toBe(`${SOURCE}:1-100,${SOURCE}:101-101,${SOURCE}:102-102`);
  position.asking();
  position.note(`${SOURCE}:103`);
  position.asked(`${SOURCE}:1-102`);
  expect(position.text()).toBe(`${SOURCE}:1-102,${SOURCE}:103-103`);
});
