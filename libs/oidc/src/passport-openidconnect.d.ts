/** What Gatehouse uses of passport-openidconnect 0.1.2, which ships no types. */
declare module 'passport-openidconnect' {
  interface Meta {
    issuer: string;
    callbackURL: string;
  }

  interface Store {
    store(
      request: unknown,
      context: object,
      appState: unknown,
      meta: Meta,
      done: (error: Error | null, state?: string) => void,
    ): void;
    verify(
      request: unknown,
      state: string,
      done: (error: Error | null, context?: object | false, state?: unknown) => void,
    ): void;
  }

  interface Options {
    issuer: string;
    authorizationURL: string;
    tokenURL: string;
    clientID: string;
    clientSecret: string;
    callbackURL: string;
    scope: string[];
    store: Store;
  }

  class Strategy {
    constructor(
      options: Options,
      verify: (issuer: string, profile: unknown, done: (error: Error | null, user?: unknown) => void) => void,
    );
    authenticate(
      request: { query: Record<string, string> },
      options: { loginHint?: string; state?: unknown },
    ): void;
    authorizationParams(options: object): Record<string, string>;
    /** Set by whoever runs the strategy. */
    success: (user: unknown) => void;
    redirect: (url: string) => void;
    fail: (challenge?: unknown) => void;
    error: (error: unknown) => void;
    pass: () => void;
  }

  export default Strategy;
}
