import { Catch, UseFilters, type ArgumentsHost, type RpcExceptionFilter } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';
import type { EventDefinition, Topic } from '@gatehouse/contracts';

/** What the decorators hand to the transport with a handler. */
export interface HandlerExtras {
  events?: readonly EventDefinition[];
  tombstonesOf?: Topic;
}

/** Nest's own filter replaces an error by "Internal server error"; the consumer needs the real one to retry and to park. */
@Catch()
class PassErrorOn implements RpcExceptionFilter {
  catch(exception: unknown, _host: ArgumentsHost): Observable<never> {
    return throwError(() => exception);
  }
}

/**
 * Handles events: `handler(@Payload() data, @Ctx() context: EventContext)` on a Nest `@Controller()`. It runs inside
 * `context.tx`; what it throws is retried, then the event is parked.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- handlers take their own event's data, and definitions of several shapes share one decorator
export function Consumes(...events: readonly EventDefinition<any>[]): MethodDecorator {
  const patterns = events.map((event) => `${event.topic.name} ${event.type}`);
  const extras: HandlerExtras = { events };
  return handles(patterns, extras);
}

/** Handles the tombstones of a compacted topic: `handler(@Payload() _: null, @Ctx() context)`, with the key in the context. */
export function ConsumesTombstones(topic: Topic): MethodDecorator {
  const extras: HandlerExtras = { tombstonesOf: topic };
  return handles([`${topic.name} (tombstone)`], extras);
}

function handles(patterns: string[], extras: HandlerExtras): MethodDecorator {
  return (target, key, descriptor) => {
    EventPattern(patterns, { ...extras })(target, key, descriptor as never);
    UseFilters(new PassErrorOn())(target, key, descriptor);
  };
}
