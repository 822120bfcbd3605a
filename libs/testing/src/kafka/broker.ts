/** A real Kafka broker that tests may treat badly. */
export interface KafkaBroker {
  brokers: string[];
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again on the same data and the same port; returns when it answers. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}
