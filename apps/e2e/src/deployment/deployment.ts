/** What a script needs to use a deployment: `$DATA_DIR/demo.json`. */
export interface DemoFile {
  url: string;
  operatorToken: string;
  accounts: { id: string; slug: string; apiKey: string; owner: { email: string; password: string } }[];
  directory?: { id: string; baseUrl: string; token: string };
  idp: { url: string; users: { email: string; password: string }[] };
}

export type ServiceName = 'auth-gateway' | 'sso-config' | 'directory-sync' | 'account';

export interface Deployment {
  kind: 'standalone' | 'separate';
  demo: DemoFile;
  /** The same as {@link DemoFile.url}. */
  url: string;
  close(): Promise<void>;
}

export interface StandaloneDeployment extends Deployment {
  kind: 'standalone';
  dataDir: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Ends it in order if it still runs, starts it again, and returns when it is ready. */
  restart(): Promise<void>;
}

export interface SeparateDeployment extends Deployment {
  kind: 'separate';
  brokers: string[];
  service(name: ServiceName): {
    /** SIGKILL. */
    kill(): Promise<void>;
    /** Ends it in order if it still runs, starts it again, and returns when it is ready. */
    restart(): Promise<void>;
  };
}
