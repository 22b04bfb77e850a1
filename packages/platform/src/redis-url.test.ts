import { describe, expect, it } from 'vitest';
import { redisUrlProblem, sentinelTarget } from './redis-url.ts';

describe('REDIS_URL', () => {
  it.each(['redis://127.0.0.1:6379', 'rediss://user:pass@cache.example/3', 'redis://:s3cret@[::1]:6379/'])(
    'names one server: %s',
    (url) => {
      expect(redisUrlProblem(url)).toBeUndefined();
      expect(sentinelTarget(url)).toBeUndefined();
    },
  );

  it.each([
    [
      'redis+sentinel://10.0.0.1:26379,10.0.0.2:5000,watch.example/stock',
      { masterName: 'stock', user: '', password: '', database: 0, tls: false },
      ['10.0.0.1:26379', '10.0.0.2:5000', 'watch.example:26379'],
    ],
    [
      'rediss+sentinel://app:p%40ss%2F@[::1]:7000/my-master.1/15',
      { masterName: 'my-master.1', user: 'app', password: 'p@ss/', database: 15, tls: true },
      ['::1:7000'],
    ],
    [
      'redis+sentinel://:only@h:1/m/',
      { masterName: 'm', user: '', password: 'only', database: 0, tls: false },
      ['h:1'],
    ],
  ])('names Sentinels and their master: %s', (url, target, sentinels) => {
    expect(redisUrlProblem(url)).toBeUndefined();
    const read = sentinelTarget(url);
    expect(read).toMatchObject(target);
    expect(read?.sentinels.map(({ host, port }) => `${host}:${port}`)).toEqual(sentinels);
  });

  it.each([
    ['http://127.0.0.1', /no redis:\/\//],
    ['redis://127.0.0.1/16', /no redis:\/\//],
    ['redis+sentinel://10.0.0.1:26379', /their master/],
    ['redis+sentinel:///stock', /their master/],
    ['redis+sentinel://10.0.0.1:26379/stock/16', /their master/],
    ['redis+sentinel://10.0.0.1:99999/stock', /no host:port/],
    ['redis+sentinel://10.0.0.1,,10.0.0.2/stock', /no host:port/],
    ['redis+sentinel://app:%zz@10.0.0.1/stock', /two hexadecimal digits/],
  ])('is refused: %s', (url, problem) => {
    expect(redisUrlProblem(url)).toMatch(problem);
  });

  it('is never repeated in a complaint', () => {
    expect(redisUrlProblem('redis+sentinel://app:hunter2@10.0.0.1')).not.toContain('hunter2');
  });
});
