import { spawn } from 'node:child_process';
import { pinnedNode, root } from './toolchain.mjs';

const REPEAT_MS = 500;

/**
 * Runs a compiled program under the pinned Node in the place of this script: same terminal, signals passed on, its exit code.
 *
 * It gets a session of its own, because a terminal's Ctrl-C reaches npm, this script and the child, which must see it once. The
 * channel tells it (`disconnect`) when this script was killed, so that it can end itself and what it started.
 */
export function runInForeground(script, args) {
  const child = spawn(pinnedNode, [script, ...args], {
    cwd: root,
    detached: process.platform !== 'win32',
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let forwardedAt = -Infinity;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // npm passes on what the terminal sent to us already. A second Ctrl-C of a person comes later and counts.
      if (performance.now() - forwardedAt < REPEAT_MS) return;
      forwardedAt = performance.now();
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    });
  }
  child.on('error', (error) => {
    console.error(`${script} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
}
