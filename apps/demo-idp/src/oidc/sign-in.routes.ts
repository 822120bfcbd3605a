import type { FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import { sendPage } from '../pages/layout.js';
import { signInForm } from '../pages/sign-in.js';
import type { Directory } from '../people/directory.js';
import { refusalOf } from '../people/person.js';
import { INTERACTION_PATH } from './provider.js';

type Params = { uid: string };
type Form = { email?: string; password?: string };

/** The sign-in page that oidc-provider sends people to, and back from. */
export function oidcSignInRoutes(app: FastifyInstance, provider: Provider, directory: Directory): void {
  app.get<{ Params: Params }>(`${INTERACTION_PATH}/:uid`, async (request, reply) => {
    const { params } = await provider.interactionDetails(request.raw, reply.raw);
    const email = typeof params.login_hint === 'string' ? params.login_hint : '';
    return sendPage(reply, 'Sign in to Acme', form(request.params.uid, directory, { email }));
  });

  app.post<{ Params: Params; Body: Form }>(`${INTERACTION_PATH}/:uid`, async (request, reply) => {
    const { email = '', password = '' } = request.body ?? {};
    const person = directory.withPassword(email, password);
    if (!person) {
      const problem = 'Email or password is wrong.';
      return sendPage(reply, 'Sign in to Acme', form(request.params.uid, directory, { email, problem }), {
        status: 401,
      });
    }
    const refusal = refusalOf(person);
    const result = refusal
      ? { error: 'access_denied', error_description: refusal }
      : { login: { accountId: person.id, remember: false } };
    const next = await provider.interactionResult(request.raw, reply.raw, result, {
      mergeWithLastSubmission: false,
    });
    return reply.redirect(next, 303);
  });
}

function form(uid: string, directory: Directory, shown: { email: string; problem?: string }) {
  return signInForm({
    action: `${INTERACTION_PATH}/${encodeURIComponent(uid)}`,
    hidden: {},
    people: directory.people,
    ...shown,
  });
}
