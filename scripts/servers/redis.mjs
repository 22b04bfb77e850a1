// Starts one Redis (or Valkey) that keeps nothing on disk: it holds locks and a cache, and the truth is in the database.
import { redisAnswers } from './ports.mjs';
import { startServer } from './server.mjs';

/**
 * @param {import('./find.mjs').Program} program
 * @param {{ port: number, scratch: string, replicaOf?: number }} settings `replicaOf` is the port of its master
 */
export function startRedis(program, { port, scratch, replicaOf }) {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', scratch];
  // Without a delay a replica is in step at once: one that is promoted before its first copy is an empty master.
  options.push('--repl-diskless-sync-delay', '0');
  if (replicaOf !== undefined) options.push('--replicaof', '127.0.0.1', String(replicaOf));
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
