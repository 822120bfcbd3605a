import formbody from '@fastify/formbody';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { createServer, type IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import { apiRoutes } from './api.routes.js';
import type { Control } from './control.js';
import { InvalidInput } from './inputs.js';
import { OIDC_PATH } from './oidc/provider.js';
import { oidcSignInRoutes } from './oidc/sign-in.routes.js';
import { html } from './pages/html.js';
import { sendPage } from './pages/layout.js';
import { pageRoutes } from './pages/pages.routes.js';
import { EmailInUse, NoSuchPerson } from './people/directory.js';
import { BadAuthnRequest } from './saml/authn-request.js';
import { samlRoutes, samlUrls } from './saml/saml.routes.js';

/** All HTTP of the demo identity provider; oidc-provider answers under its own path, the rest is here. */
export async function application(
  publicUrl: string,
  control: Control,
  provider: Provider,
): Promise<FastifyInstance> {
  const oidc = provider.callback();
  const app = fastify({
    bodyLimit: 256 * 1024,
    serverFactory: (handler) =>
      createServer((request, response) => {
        if (!request.url?.startsWith(`${OIDC_PATH}/`)) return handler(request, response);
        // oidc-provider takes the mount path from the difference of the two, as Express leaves them.
        const mounted = request as IncomingMessage & { originalUrl?: string };
        mounted.originalUrl = request.url;
        request.url = request.url.slice(OIDC_PATH.length);
        void oidc(request, response);
      }),
  });
  await app.register(formbody);
  app.addHook('onRequest', ownPagesOnly(publicUrl));
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(async (request, reply) =>
    answer(request, reply, 404, `There is no ${request.method} ${request.url} here.`),
  );

  const urls = samlUrls(publicUrl);
  pageRoutes(app, control, { samlMetadata: urls.entityId, oidcIssuer: publicUrl + OIDC_PATH });
  apiRoutes(app, control);
  samlRoutes(app, control.state, control.directory, urls);
  oidcSignInRoutes(app, provider, control.directory);
  return app;
}

/**
 * There is no sign-in to the admin's side of the demo, so other web pages must not reach it through a visitor's browser: neither by
 * a cross-site post nor by a name that is rebound to this address. A service provider's post of a SAML request is meant to come
 * from elsewhere.
 */
function ownPagesOnly(publicUrl: string) {
  const hosts = new Set([new URL(publicUrl).hostname, 'localhost', '127.0.0.1', '[::1]']);
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (!hosts.has(request.hostname.replace(/:\d+$/, '')))
      return answer(request, reply, 403, 'This host name is not ours.');
    const { origin } = request.headers;
    const foreign =
      origin !== undefined && origin !== `${request.protocol}://${request.host}` && origin !== publicUrl;
    if (foreign && request.method !== 'GET' && request.url !== '/saml/sso') {
      return answer(request, reply, 403, 'This form was not sent from our own page.');
    }
    return undefined;
  };
}

const statuses = new Map<unknown, number>([
  [InvalidInput, 400],
  [BadAuthnRequest, 400],
  [NoSuchPerson, 404],
  [EmailInUse, 409],
]);

async function answerError(
  error: Error & { statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const status =
    statuses.get(error.constructor) ?? error.statusCode ?? (isGoneInteraction(error) ? 400 : 500);
  if (status >= 500) console.error('demo identity provider:', error);
  return answer(
    request,
    reply,
    status,
    status >= 500 ? 'Something went wrong in the demo identity provider.' : error.message,
  );
}

const isGoneInteraction = (error: Error) => error.name === 'SessionNotFound';

function answer(request: FastifyRequest, reply: FastifyReply, status: number, detail: string): FastifyReply {
  if (request.url.startsWith('/api/')) {
    return reply
      .code(status)
      .header('content-type', 'application/problem+json')
      .send(JSON.stringify({ status, detail }));
  }
  return sendPage(reply, 'That did not work', html`<p class="notice problem" role="alert">${detail}</p>`, {
    status,
  });
}
