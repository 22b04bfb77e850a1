/** The names of the queues that the harness asks about. */
export const LISTENER = 'harness';
export const LISTENER_QUEUE = `listener:${LISTENER}`;
export const STREAM_QUEUE = 'stream';
