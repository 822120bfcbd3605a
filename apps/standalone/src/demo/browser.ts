/** What a page's first form would send: its address, and its fields with their present values. */
export interface Form {
  action: string;
  fields: Record<string, string>;
}

export interface Page {
  status: number;
  url: string;
  body: string;
  form: Form | undefined;
}

/** A browser's essentials for the demo's own set-up: cookies, redirects and forms. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  async open(url: string, init: RequestInit = {}): Promise<Page> {
    let next = url;
    let request = init;
    for (let hops = 0; hops < 20; hops += 1) {
      const response = await fetch(next, {
        ...request,
        redirect: 'manual',
        headers: { ...Object.fromEntries(new Headers(request.headers)), cookie: this.cookieHeader(next) },
      });
      this.keepCookies(next, response);
      const location = response.headers.get('location');
      const body = await response.text();
      if (location === null || response.status < 300 || response.status > 399)
        return { status: response.status, url: next, body, form: formOf(body, next) };
      next = new URL(location, next).href;
      if (response.status !== 307 && response.status !== 308) request = {};
    }
    throw new Error(`Too many redirects, last to ${next}`);
  }

  /** Sends a form with some fields filled in. */
  submit(form: Form, fields: Record<string, string> = {}): Promise<Page> {
    return this.open(form.action, {
      method: 'POST',
      body: new URLSearchParams({ ...form.fields, ...fields }),
      headers: { origin: new URL(form.action).origin },
    });
  }

  private cookieHeader(url: string): string {
    const { host } = new URL(url);
    return [...this.cookies]
      .filter(([key]) => key.startsWith(`${host} `))
      .map(([key, value]) => `${key.slice(host.length + 1)}=${value}`)
      .join('; ');
  }

  private keepCookies(url: string, response: Response): void {
    const { host } = new URL(url);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(';');
      const at = pair.indexOf('=');
      const key = `${host} ${pair.slice(0, at).trim()}`;
      const gone = attributes.some((attribute) =>
        /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute),
      );
      if (gone) this.cookies.delete(key);
      else this.cookies.set(key, pair.slice(at + 1).trim());
    }
  }
}

function formOf(body: string, base: string): Form | undefined {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(body);
  if (!form) return undefined;
  const fields: Record<string, string> = {};
  for (const [, attributes = ''] of (form[2] ?? '').matchAll(/<input\b([^>]*)>/gi)) {
    const name = attributeOf(attributes, 'name');
    if (name) fields[name] = attributeOf(attributes, 'value') ?? '';
  }
  return { action: new URL(attributeOf(form[1] ?? '', 'action') ?? base, base).href, fields };
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(attributes)?.[1];
  return found
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&#x2B;', '+')
    .replaceAll('&#43;', '+')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
