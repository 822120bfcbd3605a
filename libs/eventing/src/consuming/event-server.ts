import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import type { BusOptions } from '../types.js';
import { Handlers } from './handlers.js';
import { Processor } from './processor.js';

/** What an adapter's transport must do; handlers, batches, retries and parking are shared. */
export abstract class EventServer extends Server implements CustomTransportStrategy {
  /** Nest then leaves handlers' failures to us instead of only logging them. */
  override readonly propagatesEventHandlerErrors = true;
  protected readonly handlers = new Handlers();
  readonly processor: Processor;

  constructor({ database, hooks, retry }: BusOptions) {
    super();
    this.processor = new Processor({ database, handlers: this.handlers, hooks, retry });
  }

  protected abstract begin(): Promise<void>;

  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    const route = String(pattern);
    if (!isEventHandler || (!('events' in extras) && !('tombstonesOf' in extras))) {
      throw new Error(`The handler of "${route}" must be declared with @Consumes or @ConsumesTombstones.`);
    }
    this.handlers.add(callback, extras, route);
  }

  override listen(callback: (error?: unknown) => void): void {
    this.begin().then(() => callback(), callback);
  }

  override on(): never {
    throw new Error('This transport has no events; use the hooks of its bus.');
  }
}
