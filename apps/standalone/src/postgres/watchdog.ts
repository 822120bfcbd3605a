import { spawn } from 'node:child_process';

/**
 * Ends PostgreSQL when this process is gone, however it went: a small shell, in a session of its own, waits for the
 * end of its standard input, which comes with our death, and asks the server for a fast shutdown.
 */
export function watchOver(pid: number): void {
  if (process.platform === 'win32') return;
  const watchdog = spawn('/bin/sh', ['-c', `read -r _; kill -INT ${pid} 2>/dev/null`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  (watchdog.stdin as unknown as { unref?: () => void }).unref?.();
}
