// Starts one Redis Sentinel: the same program as Redis, told to watch a master and to let a replica follow it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redisAnswers } from './ports.mjs';
import { startServer } from './server.mjs';

/**
 * @param {import('./find.mjs').Program} program
 * @param {{ port: number, name: string, masterPort: number, quorum: number, scratch: string }} settings
 */
export function startSentinel(program, { port, name, masterPort, quorum, scratch }) {
  // It writes into this file what it learns, so each Sentinel has its own.
  const file = join(scratch, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${scratch}`,
    `sentinel monitor ${name} 127.0.0.1 ${masterPort} ${quorum}`,
    // Times for tests: on a network of its own a real one is more patient.
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 2000`,
    `sentinel parallel-syncs ${name} 1`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return startServer({
    title: 'Redis Sentinel',
    line: [...program.command, file, '--sentinel'],
    env: program.env,
    port,
    scratch,
    graceSeconds: 0,
    answers: redisAnswers,
  });
}
