/** A page's first form: what a person or a script would send. */
export interface Form {
  action: string;
  method: string;
  fields: Record<string, string>;
}

export interface Page {
  status: number;
  url: string;
  body: string;
  form: Form | undefined;
}

const MAX_STEPS = 20;

/** A browser's essentials for sign-ins at identity providers: cookies by host, redirects, forms. It runs no script. */
export class HttpBrowser {
  private readonly cookies = new Map<string, string>();

  /** The page at the end of a chain of redirects. */
  async open(url: string, init: RequestInit = {}): Promise<Page> {
    let [next, request] = [url, init];
    for (let hop = 0; hop < MAX_STEPS; hop += 1) {
      const response = await this.send(next, request);
      const location = response.headers.get('location');
      const body = await response.text();
      if (location === null || response.status < 300 || response.status > 399)
        return { status: response.status, url: next, body, form: formOf(body, next) };
      next = new URL(location, next).href;
      if (response.status !== 307 && response.status !== 308) request = {};
    }
    throw new Error(`Too many redirects, the last to ${next}`);
  }

  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('cookie', this.cookieFor(url));
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    const { host } = new URL(url);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split(';');
      const key = `${host} ${pair.slice(0, pair.indexOf('=')).trim()}`;
      if (attributes.some((each) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(each)))
        this.cookies.delete(key);
      else this.cookies.set(key, pair.slice(pair.indexOf('=') + 1).trim());
    }
    return response;
  }

  cookieFor(url: string): string {
    const start = `${new URL(url).host} `;
    const own = [...this.cookies].filter(([key]) => key.startsWith(start));
    return own.map(([key, value]) => `${key.slice(start.length)}=${value}`).join('; ');
  }

  submit({ action, method, fields }: Form, filled: Record<string, string> = {}): Promise<Page> {
    const body = new URLSearchParams({ ...fields, ...filled });
    if (method === 'get') return this.open(`${action}?${body.toString()}`);
    return this.open(action, { method: 'POST', body, headers: { origin: new URL(action).origin } });
  }

  /**
   * Signs in at an identity provider from `url` on: fills its form once, and sends the forms that a page's script would
   * send, until a page asks for nothing more.
   */
  async signIn(url: string, person: { email: string; password: string }): Promise<Page> {
    const answers = { email: person.email, username: person.email, password: person.password };
    let page = await this.open(url);
    let isFilled = false;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const refresh = refreshOf(page);
      if (page.form) {
        const asks = 'password' in page.form.fields;
        if (asks && isFilled) return page;
        isFilled ||= asks;
        const names = Object.keys(page.form.fields);
        const filled = Object.fromEntries(Object.entries(answers).filter(([name]) => names.includes(name)));
        page = await this.submit(page.form, asks ? filled : {});
      } else if (refresh !== undefined) page = await this.open(refresh);
      else return page;
    }
    throw new Error(`The sign-in did not end; the last page was ${page.url}`);
  }
}

function formOf(body: string, base: string): Form | undefined {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(body);
  if (!form) return undefined;
  const [, attributes = '', inside = ''] = form;
  const fields: Record<string, string> = {};
  for (const [, input = ''] of inside.matchAll(/<input\b([^>]*)>/gi)) {
    const name = attributeOf(input, 'name');
    if (name !== undefined) fields[name] = attributeOf(input, 'value') ?? '';
  }
  const action = new URL(attributeOf(attributes, 'action') ?? base, base).href;
  return { action, method: (attributeOf(attributes, 'method') ?? 'get').toLowerCase(), fields };
}

function refreshOf({ body, url }: Page): string | undefined {
  const meta = [...body.matchAll(/<meta\b([^>]*)>/gi)]
    .map(([, attributes = '']) => attributes)
    .find((attributes) => attributeOf(attributes, 'http-equiv')?.toLowerCase() === 'refresh');
  const target = /^\s*[\d.]+\s*;\s*url=['"]?([^'"]*)/i.exec(
    (meta && attributeOf(meta, 'content')) ?? '',
  )?.[1];
  return target === undefined ? undefined : new URL(target, url).href;
}

function attributeOf(attributes: string, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value?.replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, entity: string) => {
    if (entity.startsWith('#x')) return String.fromCodePoint(parseInt(entity.slice(2), 16));
    if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
    return { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' }[entity.toLowerCase()] ?? whole;
  });
}
