import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';

const STOP_LIMIT_MS = 5_000;
let boundToParent: boolean | undefined;

/** Starts a program that the kernel ends with this process, where `setpriv` exists (util-linux). */
export function spawnBound(command: string, args: string[], options: SpawnOptions): ChildProcess {
  boundToParent ??= spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0;
  return boundToParent
    ? spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], options)
    : spawn(command, args, options);
}

/** SIGTERM, and SIGKILL after five seconds. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

export async function killProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The last lines that a program wrote, for the message when it fails. */
export function lastOutput(child: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-8_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => text.trim();
}

/** Runs a program to its end; a failure is an error with what it wrote. */
export async function run(command: string, args: string[], options: SpawnOptions = {}): Promise<string> {
  const child = spawnBound(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = lastOutput(child);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args[0] ?? ''} failed with ${code}:\n${output()}`);
  return output();
}
