import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ action: string, method: string, fields: Record<string, string> }} Form */
/** @typedef {{ status: number, url: string, headers: Headers, body: string, form?: Form }} Page */

/** A browser's essentials: cookies by host, redirects, forms. It runs no script. */
export class Browser {
  cookies = new Map();

  /** @returns {Promise<Page>} the page that a chain of redirects ends at */
  async open(url, init = {}) {
    let next = url;
    let request = init;
    for (let hop = 0; hop < 20; hop += 1) {
      const response = await this.send(next, request);
      const location = response.headers.get('location');
      const body = await response.text();
      if (location === null || response.status < 300 || response.status > 399) {
        return {
          status: response.status,
          url: next,
          headers: response.headers,
          body,
          form: formOf(body, next),
        };
      }
      next = new URL(location, next).href;
      if (response.status !== 307 && response.status !== 308) request = {};
    }
    throw new Error(`too many redirects, the last one to ${next}`);
  }

  /** One request with the cookies of its host; follows nothing. */
  async send(url, init = {}) {
    const headers = new Headers(init.headers);
    const cookie = this.cookieHeader(url);
    if (cookie) headers.set('cookie', cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    this.keepCookies(url, response);
    return response;
  }

  /** Sends a form as its page would. */
  submit(form, fields = {}) {
    const body = new URLSearchParams({ ...form.fields, ...fields });
    if (form.method === 'get') return this.open(`${form.action}?${body}`);
    return this.open(form.action, { method: 'POST', body, headers: { origin: new URL(form.action).origin } });
  }

  /**
   * Goes through an identity provider: fills the sign-in form, sends the forms that a page's script would send, waits
   * where a page says that it refreshes itself.
   */
  async signInAt(url, { email, password }) {
    let page = await this.open(url);
    for (let step = 0; step < 12; step += 1) {
      const next = refreshOf(page);
      if (page.form)
        page = await this.submit(page.form, 'password' in page.form.fields ? { email, password } : {});
      else if (next) {
        await sleep(100);
        page = await this.open(next);
      } else return page;
    }
    throw new Error(`the sign-in did not end; the last page was ${page.url}`);
  }

  cookieHeader(url) {
    const { host } = new URL(url);
    const own = [...this.cookies].filter(([key]) => key.startsWith(`${host} `));
    return own.map(([key, value]) => `${key.slice(host.length + 1)}=${value}`).join('; ');
  }

  keepCookies(url, response) {
    const { host } = new URL(url);
    for (const cookie of response.headers.getSetCookie()) {
      const [pair, ...attributes] = cookie.split(';');
      const at = pair.indexOf('=');
      const key = `${host} ${pair.slice(0, at).trim()}`;
      const isGone = attributes.some((attribute) =>
        /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(attribute),
      );
      if (isGone) this.cookies.delete(key);
      else this.cookies.set(key, pair.slice(at + 1).trim());
    }
  }
}

function formOf(body, base) {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(body);
  if (!form) return undefined;
  const fields = {};
  for (const [, attributes] of form[2].matchAll(/<input\b([^>]*)>/gi)) {
    const name = attributeOf(attributes, 'name');
    if (name) fields[name] = attributeOf(attributes, 'value') ?? '';
  }
  const method = (attributeOf(form[1], 'method') ?? 'get').toLowerCase();
  return { action: new URL(attributeOf(form[1], 'action') ?? base, base).href, method, fields };
}

/** Where a page sends itself: `<meta http-equiv="refresh">`, or the Refresh header. */
function refreshOf({ body, url, headers }) {
  const meta = [...body.matchAll(/<meta\b([^>]*)>/gi)].find(([, attributes]) =>
    /refresh/i.test(attributeOf(attributes, 'http-equiv') ?? ''),
  );
  const content = meta ? attributeOf(meta[1], 'content') : headers.get('refresh');
  const target = /^\s*[\d.]+\s*(?:;\s*(?:url=)?['"]?([^'"]*)['"]?)?$/i.exec(content ?? '');
  return target ? new URL(target[1] || url, url).href : undefined;
}

function attributeOf(attributes, name) {
  const found = new RegExp(`(?:^|\\s)${name}="([^"]*)"`, 'i').exec(attributes)?.[1];
  return found === undefined ? undefined : decodeEntities(found);
}

const named = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };

function decodeEntities(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return named[name.toLowerCase()] ?? whole;
  });
}
