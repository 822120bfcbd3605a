import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Control } from '../control.js';
import { inputs, read } from '../inputs.js';
import type { ScimOutcome } from '../scim/scim-client.js';
import { homePage, type HomePage } from './home.js';
import { sendPage } from './layout.js';

type Fields = Record<string, string>;

/** The IT admin's page: each form answers with the page again, and a line about what happened. */
export function pageRoutes(app: FastifyInstance, control: Control, urls: HomePage['urls']): void {
  const { directory } = control;
  const show = (reply: FastifyReply, notice?: string) =>
    sendPage(reply, 'Acme directory', homePage({ state: control.state, urls, notice }));

  app.get('/', async (_request, reply) => show(reply));
  app.post<{ Body: Fields }>('/people', async ({ body }, reply) => {
    const person = await directory.add(read(inputs.person, body));
    return show(reply, `Added ${person.email} with the password ${person.password}.`);
  });
  app.post<{ Params: { id: string; action: string } }>('/people/:id/:action', async ({ params }, reply) => {
    const { person, scim } = await directory.act(params.id, read(inputs.action, params.action));
    return show(reply, `${params.action}: ${person.email}. ${tell(scim)}`);
  });
  app.post<{ Body: Fields }>('/saml/service-providers', async ({ body }, reply) => {
    const { entityId } = await control.registerServiceProvider(read(inputs.serviceProvider, body));
    return show(reply, `Added the SAML application ${entityId}.`);
  });
  app.post<{ Body: Fields }>('/oidc-clients', async ({ body }, reply) => {
    const client = await control.registerOidcClient(read(inputs.oidcClient, body).redirectUri);
    return show(
      reply,
      `Added the OpenID application. Client ID: ${client.clientId}. Client secret: ${client.clientSecret}.`,
    );
  });
  app.post<{ Body: Fields }>('/scim', async ({ body }, reply) => {
    const target = read(inputs.scim, body);
    await control.setScimTarget(target);
    return show(reply, `Provisioning goes to ${target.baseUrl}.`);
  });
  app.post('/scim/push', async (_request, reply) => {
    const changes = await directory.pushAll();
    const failed = changes.filter(({ scim }) => scim && !scim.ok);
    const first = failed[0] ? ` First failure: ${tell(failed[0].scim)}` : '';
    return show(reply, `Pushed ${changes.length - failed.length} of ${changes.length} people.${first}`);
  });
  app.post<{ Body: Fields }>('/dns', async ({ body }, reply) => {
    const { name, value } = read(inputs.dnsRecord, body);
    await control.addRecord({ name, value });
    return show(reply, `${name} has the TXT record now.`);
  });
}

function tell(scim: ScimOutcome | null): string {
  if (!scim) return 'Nothing was pushed.';
  const sent = scim.calls.map(({ method, status, ms }) => `${method} ${status} in ${ms} ms`).join(', ');
  return scim.ok ? `Pushed: ${sent}.` : `Not pushed: ${scim.error ?? ''}`;
}
