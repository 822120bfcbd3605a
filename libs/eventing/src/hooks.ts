/** Where the host's metrics and log hear of what eventing does. All optional, none may throw. */
export interface EventingHooks {
  relayed?(topic: string, count: number): void;
  consumed?(topic: string, type: string): void;
  retried?(topic: string, key: string, error: unknown): void;
  parked?(topic: string, key: string, error: unknown): void;
  unparked?(topic: string, key: string): void;
  /** Records between what was consumed and the log's end, for one partition. */
  lag?(topic: string, partition: number, records: number): void;
  /** A failure that is met by trying again: relay, broker or database away. */
  trouble?(what: string, error: unknown): void;
}
