import { describe, expect, it } from 'vitest';
import { databaseTarget, describeTarget, parseDatabaseUrl } from './database-url.ts';

describe('DATABASE_URL', () => {
  it.each([
    ['a plain one', 'mysql://u:p@h:3307/d', { host: 'h', port: 3307, user: 'u', password: 'p', database: 'd' }],
    ['without port and password', 'mariadb://u@h/d', { port: 3306, password: '' }],
    [
      'with escaped characters',
      'mysql://u%40x:p%2F%3A%40%23@h/my%20db',
      { user: 'u@x', password: 'p/:@#', database: 'my db' },
    ],
    ['an IPv6 host', 'mysql://u@[::1]:3306/d', { host: '::1' }],
    ['a server without a database', 'mysql://root@127.0.0.1:1', { database: '' }],
    ['a socket', 'mysql://u@localhost/d?socket=/run/m.sock', { socketPath: '/run/m.sock' }],
    ['TLS', 'mysql://u@h/d?tls=true', { tls: true }],
  ])('reads %s', (_what, url, expected) => {
    expect(databaseTarget(url)).toMatchObject(expected);
  });

  it.each([
    ['no URL', 'hello', /begin with mysql/],
    ['another protocol', 'postgres://u@h/d', /begin with mysql/],
    ['no user', 'mysql://h/d', /names no user/],
    ['an unknown parameter', 'mysql://u@h/d?ssl=1', /parameter ssl; only socket and tls/],
    ['a wrong tls', 'mysql://u@h/d?tls=maybe', /tls is neither/],
    ['a broken escape', 'mysql://u:%zz@h/d', /hexadecimal/],
    ['a path for a database', 'mysql://u@h/a/b', /database name/],
  ])('refuses %s', (_what, url, problem) => {
    const result = parseDatabaseUrl(url);
    expect(result.ok ? '' : result.problem).toMatch(problem);
  });

  it('is described without its password', () => {
    expect(describeTarget(databaseTarget('mysql://u:hunter2@h:1/d'))).toBe('u@h:1/d');
  });
});
