import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { html, Html } from './html.js';

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid #8885; }
label { display: block; margin: .6rem 0; } input, select { font: inherit; padding: .35rem .5rem; width: 100%; max-width: 34rem; box-sizing: border-box; }
button { font: inherit; padding: .3rem .7rem; } td form { display: inline; } code { overflow-wrap: anywhere; }
.notice { border-left: 4px solid #46c; padding: .3rem .8rem; } .problem { border-left-color: #c33; }`;

/** Submits the first form at once; where scripts are off, its button does. */
const autoSubmit = `document.forms[0].submit()`;

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
/** No `form-action`: browsers apply it to the redirects that follow a post to the service provider as well. */
const policy = `default-src 'none'; style-src ${sha256(style)}; script-src ${sha256(autoSubmit)}; base-uri 'none'; frame-ancestors 'none'`;

export function sendPage(
  reply: FastifyReply,
  title: string,
  body: Html,
  options: { status?: number; submit?: boolean } = {},
): FastifyReply {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} · Demo identity provider</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
        ${options.submit ? new Html(`<script>${autoSubmit}</script>`) : ''}
      </body>
    </html>`;
  return reply
    .code(options.status ?? 200)
    .headers({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .type('text/html; charset=utf-8')
    .send(page.markup);
}
