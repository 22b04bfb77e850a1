// Starts one Redis (or Valkey) that keeps nothing on disk: it holds locks and a cache, and the truth is in the database.
import { redisAnswers } from './ports.mjs';
import { startServer } from './server.mjs';

/**
 * @param {import('./find.mjs').Program} program
 * @param {{ port: number, scratch: string, password?: string }} settings
 */
export function startRedis(program, { port, scratch }) {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', scratch];
  return startServer({
    title: 'Redis',
    line: [...program.command, ...options, '--daemonize', 'no'],
    env: program.env,
    port,
    scratch,
    graceSeconds: 0,
    answers: redisAnswers,
  });
}
