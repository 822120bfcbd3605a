import { Socket } from 'node:net';
import type { ChildTask } from './child.js';
import { testEvents } from './events.js';
import { startParticipant } from './participant.js';

/** The process of `startChild`. Schemas can't travel as JSON, so the events are made again from the topic's name. */
export async function main({ role, options, stopAt }: ChildTask): Promise<void> {
  const suffix = options.events.things.name.split('.').at(-1) ?? '';
  const all = { ...options, events: testEvents(suffix) };
  if (role === 'stops-in-mid-send') {
    const trouble = (what: string): void => void process.send?.(`trouble: ${what}`);
    await startParticipant({ ...all, consume: false, leaderSilenceMs: 1500, hooks: { trouble } });
    stopProcessAtProduceOf(JSON.stringify(stopAt));
  } else {
    // The hook is called after the database's transaction, and before the position is committed.
    const consumed = (): never => {
      process.kill(process.pid, 'SIGKILL');
      throw new Error('Dead by now.');
    };
    await startParticipant({ ...all, relay: false, hooks: { consumed } });
  }
  process.send?.('ready');
}

/**
 * Stops this process (SIGSTOP) at the moment when the request that carries this value is to be written to the broker:
 * partitions are part of the transaction, the records are not on the log. It is written when the process goes on.
 */
function stopProcessAtProduceOf(value: string): void {
  const original = Reflect.get(Socket.prototype, 'write') as (...args: unknown[]) => boolean;
  let stopped = false;
  Socket.prototype.write = function (this: Socket, ...args: unknown[]) {
    const [chunk] = args;
    if (!stopped && isProduce(chunk, value)) {
      stopped = true;
      process.send?.('stopping');
      process.kill(process.pid, 'SIGSTOP');
    }
    return original.apply(this, args);
  };
}

/** A Kafka request: size (int32), API key (int16), of which 0 is Produce. */
function isProduce(chunk: unknown, value: string): boolean {
  return Buffer.isBuffer(chunk) && chunk.length > 6 && chunk.readInt16BE(4) === 0 && chunk.includes(value);
}
