import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { explanations } from './refusal.js';

/** A few static pages outside the console: what identity providers' answers end in. Everything that is shown is escaped. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

interface Page {
  status: number;
  title: string;
  body: string;
  script?: string;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto 0;padding:0 1.5rem;color:#1b1f24;background:#fff}
h1{font-size:1.4rem}a{color:#1555b0}code{font-size:.9em;word-break:break-all}button{font:inherit;padding:.5rem 1rem}
@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#16181c}a{color:#8ab4f8}}`;

export function sendPage(reply: FastifyReply, { status, title, body, script }: Page): void {
  const nonce = randomBytes(16).toString('base64');
  void reply
    .status(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'`,
    })
    .send(
      `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
        `<title>${escapeHtml(title)}</title><style nonce="${nonce}">${style}</style></head><body><main>${body}</main>` +
        (script === undefined ? '' : `<script nonce="${nonce}">${script}</script>`) +
        `</body></html>`,
    );
}

/** The same page for every refusal of a message; the reference leads an admin to the reason. */
export function refusalPage(reply: FastifyReply, code: string, reference: string): void {
  const text =
    explanations[code] ?? 'The answer of the identity provider could not be accepted. Try to sign in again.';
  sendPage(reply, {
    status: 403,
    title: 'Sign-in was not possible',
    body:
      `<h1>Sign-in was not possible</h1><p>${escapeHtml(text)}</p><p><a href="/">Back to sign-in</a></p>` +
      `<p>If it goes on, give this reference to your admin: <code>${escapeHtml(reference)}</code></p>`,
  });
}

export function testResultPage(reply: FastifyReply, succeeded: boolean, hint: string | undefined): void {
  const title = succeeded ? 'The test sign-in succeeded' : 'The test sign-in failed';
  const text = succeeded
    ? 'The identity provider and Gatehouse understand each other.'
    : (hint ?? 'See the checks on the page that you came from.');
  sendPage(reply, {
    status: succeeded ? 200 : 403,
    title,
    body: `<h1>${title}</h1><p>${escapeHtml(text)}</p><p>You are not signed in by it. You may close this window and go back to the page that you came from.</p>`,
  });
}

export function signedOutPage(reply: FastifyReply): void {
  sendPage(reply, {
    status: 200,
    title: 'Signed out',
    body: '<h1>Signed out</h1><p>You may close this window.</p>',
  });
}

/** HTTP-POST binding: our own form, every value escaped (node-saml's and others' had holes, for example CVE-2026-29191). */
export function postFormPage(
  reply: FastifyReply,
  url: string,
  fields: Readonly<Record<string, string>>,
): void {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  sendPage(reply, {
    status: 200,
    title: 'To your identity provider',
    body: `<form method="post" action="${escapeHtml(url)}">${inputs.join('')}<p>To your identity provider…</p><button>Continue</button></form>`,
    script: 'document.forms[0].submit()',
  });
}
