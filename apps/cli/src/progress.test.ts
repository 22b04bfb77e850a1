import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';

function drawn(isTTY: boolean) {
  let time = 0;
  let text = '';
  const stream = { isTTY, write: (part: string) => ((text += part), true) };
  const progress = createProgress({ stream, title: 'loading', total: 200, now: () => time });
  for (const done of [0, 50, 100, 150]) {
    progress.at(done, `at ${done}`);
    time += 3000;
  }
  progress.end('done');
  return text;
}

describe('progress', () => {
  it('is a bar that redraws itself on a terminal', () => {
    expect(drawn(true).split('\r\u001b[2K').slice(1)).toEqual([
      'loading  [............................]   0 %  0 of 200  at 0',
      'loading  [#######.....................]  25 %  50 of 200  at 50',
      'loading  [##############..............]  50 %  100 of 200  at 100',
      'loading  [#####################.......]  75 %  150 of 200  at 150',
      'loading  [#####################.......]  75 %  150 of 200  done\n',
    ]);
  });

  it('is a line every few seconds elsewhere', () => {
    expect(drawn(false)).toBe(
      'loading  [##############..............]  50 %  100 of 200  at 100\nloading  [#####################.......]  75 %  150 of 200  done\n',
    );
  });
});
