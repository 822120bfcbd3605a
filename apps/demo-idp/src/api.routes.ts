import type { FastifyInstance } from 'fastify';
import type { Control } from './control.js';
import { inputs, read } from './inputs.js';
import type { Change } from './people/directory.js';

type Id = { Params: { id: string } };

/** The control API, for scripts: JSON in and out, the same acts as on the page. */
export function apiRoutes(app: FastifyInstance, control: Control): void {
  const { directory, state } = control;

  app.get('/api/people', async () => ({ people: directory.people }));
  app.get<Id>('/api/people/:id', async ({ params }) => directory.find(params.id));
  app.post('/api/people', async ({ body }, reply) =>
    reply.code(201).send(await directory.add(read(inputs.person, body))),
  );
  app.patch<Id>('/api/people/:id', async ({ params, body }) =>
    outcome(await directory.edit(params.id, read(inputs.personChanges, body))),
  );
  app.post<{ Params: { id: string; action: string } }>('/api/people/:id/:action', async ({ params }) =>
    outcome(await directory.act(params.id, read(inputs.action, params.action))),
  );

  app.post('/api/scim', async ({ body }) => {
    const { token: _token, ...target } = read(inputs.scim, body);
    await control.setScimTarget({ ...target, token: _token });
    return target;
  });
  app.post('/api/scim/push', async () => ({ changes: (await directory.pushAll()).map(outcome) }));

  app.post('/api/saml/service-providers', async ({ body }, reply) =>
    reply.code(201).send(await control.registerServiceProvider(read(inputs.serviceProvider, body))),
  );
  app.post('/api/oidc/clients', async ({ body }, reply) => {
    const { redirectUri } = read(inputs.oidcClient, body);
    return reply.code(201).send(await control.registerOidcClient(redirectUri));
  });

  app.get('/api/dns', async () => ({ records: state.dns }));
  app.post('/api/dns', async ({ body }, reply) => {
    const { name, value } = read(inputs.dnsRecord, body);
    await control.addRecord({ name, value });
    return reply.code(201).send({ name, type: 'TXT', value });
  });
  app.delete('/api/dns', async ({ body }, reply) => {
    const { name, value } = read(inputs.dnsRecord.partial({ value: true }), body);
    await control.removeRecords(name, value);
    return reply.code(204).send();
  });
}

/** A failed push is told in the answer: in the directory the change has happened all the same. */
function outcome({ person, scim }: Change): unknown {
  return { person, scim };
}
