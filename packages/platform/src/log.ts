/** The log of a process: one JSON object a line. Everything passes `redact`, so no caller can leak a secret by accident. */
import pino, { type DestinationStream } from 'pino';
import type { Config } from './env.ts';
import { redact, redactText } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type Log = (level: LogLevel, message: string, facts?: Readonly<Record<string, unknown>>) => void;

export interface LogOptions {
  readonly level: Config['logLevel'];
  /** Which process speaks: api, worker, cli. */
  readonly name: string;
  /** Commands print their result on stdout and so log to stderr. */
  readonly to?: 'stdout' | 'stderr' | DestinationStream;
}

export function createLog(options: LogOptions): Log {
  const to = options.to ?? 'stdout';
  const logger = pino(
    {
      level: options.level,
      base: { name: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    typeof to === 'string' ? opened(to) : to,
  );
  return (level, message, facts) => {
    if (!logger.isLevelEnabled(level)) return;
    logger[level](redact(facts ?? {}), redactText(message));
  };
}

/** While it cannot be written, as on a disk that is full, so much of it is kept for later, and what comes after that is lost. */
const MOST_KEPT_BYTES = 1_048_576;

function opened(to: 'stdout' | 'stderr'): DestinationStream {
  const destination = pino.destination({ fd: to === 'stdout' ? 1 : 2, sync: true, maxLength: MOST_KEPT_BYTES });
  // A process must not end because nobody can be told what it does.
  destination.on('error', () => undefined);
  return destination;
}

/** A log that keeps nothing, for tests and for embedding without one. */
export const silentLog: Log = () => undefined;
