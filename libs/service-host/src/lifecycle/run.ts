import type { ServiceDefinition } from './definition.js';
import { SettingsError } from './settings.js';
import { startService } from './start.js';

/** Runs one service as its own process until SIGTERM or SIGINT; a second signal ends it at once. */
export async function runService(definition: ServiceDefinition): Promise<void> {
  try {
    const service = await startService(definition, { env: process.env });
    stopOnSignal(() => service.close());
  } catch (error) {
    failStart(definition.name, error);
  }
}

/** Stops cleanly at the first signal, and at once at the second. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // Started by `npm start`: its channel ends with it, also when it was killed.
  process.once('disconnect', onSignal);
}

/** Says in one message why the process did not start, and ends it. */
export function failStart(name: string, error: unknown): never {
  process.stderr.write(`${name} did not start. ${explainStart(error)}\n`);
  process.exit(1);
}

/** One clear message for what a person can cause; anything else keeps its stack, since it is ours to mend. */
export function explainStart(error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  const { code, port, name, message, stack } = error as {
    code?: string;
    port?: number;
    name?: string;
    message?: string;
    stack?: string;
  };
  if (code === 'EADDRINUSE')
    return `Port ${port ?? ''} is taken by another process. Stop it, or set PORT to a free one.`;
  if (code === 'EACCES' && port !== undefined)
    return `This user may not listen on port ${port}. Set PORT to one above 1023.`;
  if (code === 'ENOSPC') return 'The disk is full. Free some space and start again; nothing was lost.';
  if (name !== undefined && EXPLAINED.has(name)) return message ?? name;
  return stack ?? message ?? String(error);
}

const EXPLAINED = new Set(['DatabaseUnreachable', 'KafkaUnreachable', 'StartError']);
