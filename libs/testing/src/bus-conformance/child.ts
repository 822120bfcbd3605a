import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { spawnBound } from '../run/process.js';
import type { Thing } from './events.js';
import type { ParticipantOptions } from './participant.js';

/** What a child process is to be; it says `ready`, `stopping` and the like by IPC. */
export interface ChildTask {
  role: 'dies-after-handling' | 'stops-in-mid-send';
  options: Omit<ParticipantOptions, 'on' | 'hooks'>;
  /** For `stops-in-mid-send`: the thing whose batch it stops in. */
  stopAt?: Thing;
}

export interface Child {
  process: ChildProcess;
  /** Resolves when the child says so. */
  said(message: string): Promise<void>;
}

/** Starts a real process, which can be killed and stopped as one. */
export async function startChild(task: ChildTask): Promise<Child> {
  // The launcher is plain JavaScript beside the sources, whether this file runs from src or from dist.
  const launcher = fileURLToPath(new URL('../../src/bus-conformance/child-launcher.mjs', import.meta.url));
  const process_ = spawnBound(process.execPath, [launcher], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, CONFORMANCE_TASK: JSON.stringify(task) },
  });
  const heard = new Set<string>();
  process_.on('message', (message) => heard.add(message as string));
  const said = async (message: string): Promise<void> => {
    while (!heard.has(message)) {
      if (process_.exitCode !== null || process_.signalCode !== null)
        throw new Error(`The child ended before "${message}".`);
      await Promise.race([once(process_, 'message'), once(process_, 'exit')]);
    }
  };
  await said('ready');
  return { process: process_, said };
}

/** The signal that ended the child. */
export async function killedBy({ process: child }: Child): Promise<NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode;
}
