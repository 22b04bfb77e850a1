/**
 * Loaded into every process that `up` starts (node --import): when `up` is gone, however it died, the process drains as if
 * it had been told to, and ends at the latest after the grace that any supervisor would give it.
 */
const GRACE_MS = 12_000;

process.once('disconnect', () => {
  setTimeout(() => process.exit(1), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
// Listening must not keep a process alive that has drained by itself.
process.channel?.unref();
