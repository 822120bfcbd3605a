import type { FastifyInstance, FastifyReply } from 'fastify';
import { html } from '../pages/html.js';
import { sendPage } from '../pages/layout.js';
import { hiddenFields, signInForm } from '../pages/sign-in.js';
import type { Directory } from '../people/directory.js';
import { refusalOf } from '../people/person.js';
import type { State } from '../state/state.js';
import { decodePost, decodeRedirect, readAuthnRequest } from './authn-request.js';
import { samlMetadata } from './metadata.js';
import { samlResponse } from './response.js';

type Message = { SAMLRequest?: string; RelayState?: string };
type Form = { request?: string; RelayState?: string; email?: string; password?: string };

export interface SamlUrls {
  entityId: string;
  ssoUrl: string;
}

export function samlUrls(publicUrl: string): SamlUrls {
  return { entityId: `${publicUrl}/saml/metadata`, ssoUrl: `${publicUrl}/saml/sso` };
}

/** SAML 2.0 web browser sign-on: request by redirect or post, sign-in page, response by post. */
export function samlRoutes(app: FastifyInstance, state: State, directory: Directory, urls: SamlUrls): void {
  const askToSignIn = (
    reply: FastifyReply,
    xml: string,
    relayState: string,
    shown: { email?: string; problem?: string } = {},
  ) => {
    readAuthnRequest(xml, state.serviceProviders);
    const hidden = { request: Buffer.from(xml).toString('base64'), RelayState: relayState };
    const body = signInForm({ action: '/saml/sign-in', hidden, people: directory.people, ...shown });
    return sendPage(reply, 'Sign in to Acme', body, { status: shown.problem ? 401 : 200 });
  };

  app.get('/saml/metadata', async (_request, reply) => {
    const metadata = samlMetadata({ ...urls, certificate: state.keys.saml.certificate });
    return reply.type('application/samlmetadata+xml').send(metadata);
  });

  app.get<{ Querystring: Message }>('/saml/sso', async ({ query }, reply) =>
    askToSignIn(reply, decodeRedirect(query.SAMLRequest ?? ''), query.RelayState ?? ''),
  );

  app.post<{ Body: Message }>('/saml/sso', async ({ body }, reply) =>
    askToSignIn(reply, decodePost(body?.SAMLRequest ?? ''), body?.RelayState ?? ''),
  );

  app.post<{ Body: Form }>('/saml/sign-in', async ({ body }, reply) => {
    const xml = decodePost(body?.request ?? '');
    const { email = '', password = '', RelayState = '' } = body ?? {};
    const request = readAuthnRequest(xml, state.serviceProviders);
    const person = directory.withPassword(email, password);
    if (!person)
      return askToSignIn(reply, xml, RelayState, { email, problem: 'Email or password is wrong.' });
    const refusal = refusalOf(person);
    if (refusal)
      return sendPage(reply, 'No access', html`<p class="notice problem">${refusal}</p>`, { status: 403 });
    const SAMLResponse = samlResponse({ issuer: urls.entityId, keys: state.keys.saml, request, person });
    return sendPage(
      reply,
      'Signing in',
      html`<form method="post" action="${request.serviceProvider.acsUrl}">
        ${hiddenFields({ SAMLResponse, ...(RelayState ? { RelayState } : {}) })}
        <button>Continue to Gatehouse</button>
      </form>`,
      { submit: true },
    );
  });
}
