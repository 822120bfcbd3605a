import type { IncomingMessage } from 'node:http';

/** What the cookie functions read of a request: Node's own and Fastify's both have it. */
export type WithHeaders = Pick<IncomingMessage, 'headers'>;

/**
 * The names and attributes of the gateway's cookies. On https they carry `__Host-` (RFC 6265bis §4.1.3.2) and Secure;
 * on http://localhost they do not, because Safari refuses both there.
 */
export class BrowserCookies {
  readonly secure: boolean;
  readonly sessionName: string;
  readonly setupName: string;
  private readonly bindingName: string;

  constructor(publicUrl: string) {
    this.secure = new URL(publicUrl).protocol === 'https:';
    const prefix = this.secure ? '__Host-' : '';
    this.sessionName = `${prefix}gh_session`;
    this.setupName = `${prefix}gh_setup`;
    this.bindingName = `${prefix}gh_signin`;
  }

  /** `Set-Cookie` that starts a session. It ends with the browser; the server's own lifetimes apply besides. */
  startSession(token: string): string {
    return `${this.sessionName}=${token}; ${this.attributes('Lax')}`;
  }

  endSession(): string {
    return `${this.sessionName}=; ${this.attributes('Lax')}; Max-Age=0`;
  }

  session(request: WithHeaders): string | undefined {
    return readCookie(request.headers.cookie, this.sessionName);
  }

  setup(request: WithHeaders): string | undefined {
    return readCookie(request.headers.cookie, this.setupName);
  }

  /**
   * `Set-Cookie` values that bind a sign-in to this browser. A SAML response arrives by a cross-site POST, to which
   * browsers attach only SameSite=None cookies; these need Secure, which not every browser accepts on
   * http://localhost: there both forms are set, and either one binds.
   */
  bind(value: string, maxAgeSeconds: number): string[] {
    const age = `Max-Age=${maxAgeSeconds}`;
    if (this.secure) return [`${this.bindingName}=${value}; ${this.attributes('None')}; ${age}`];
    return [
      `${this.bindingName}_none=${value}; Path=/; HttpOnly; SameSite=None; Secure; ${age}`,
      `${this.bindingName}=${value}; ${this.attributes('Lax')}; ${age}`,
    ];
  }

  /** The values of the binding cookie that the browser sent: none, one, or on http://localhost up to two. */
  bindings(request: WithHeaders): string[] {
    const names = this.secure ? [this.bindingName] : [`${this.bindingName}_none`, this.bindingName];
    return [...new Set(names.flatMap((name) => readCookie(request.headers.cookie, name) ?? []))];
  }

  private attributes(sameSite: 'Lax' | 'None'): string {
    return `Path=/; HttpOnly; SameSite=${sameSite}${this.secure ? '; Secure' : ''}`;
  }
}

/** The first cookie of this name, or undefined. A scan, because it runs on every access check. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  if (!header) return undefined;
  let at = header.indexOf(name);
  while (at !== -1) {
    const end = at + name.length;
    const startsPair = at === 0 || header.charCodeAt(at - 1) === 0x20 || header.charCodeAt(at - 1) === 0x3b;
    if (startsPair && header.charCodeAt(end) === 0x3d) {
      const stop = header.indexOf(';', end);
      return header.slice(end + 1, stop === -1 ? undefined : stop).trim();
    }
    at = header.indexOf(name, end);
  }
  return undefined;
}
