import type { Person } from '../people/person.js';
import type { State } from '../state/state.js';
import { html, type Html } from './html.js';

export interface HomePage {
  state: State;
  notice?: string;
  urls: { samlMetadata: string; oidcIssuer: string };
}

/** Everything that the demo's IT admin does: people, applications, provisioning, DNS. */
export function homePage({ state, notice, urls }: HomePage): Html {
  return html`
    ${notice ? html`<p class="notice" role="status">${notice}</p>` : ''}
    <p>The directory of Acme, a made-up company, as its IT admin sees it.</p>
    <h2>People</h2>
    <table>
      <tr>
        <th>Name</th>
        <th>Email</th>
        <th>Password</th>
        <th>Status</th>
        <th>Actions</th>
      </tr>
      ${state.people.map(personRow)}
    </table>
    <form method="post" action="/people">
      <label>Email <input name="email" type="email" required /></label>
      <label>First name <input name="firstName" required /></label>
      <label>Last name <input name="lastName" required /></label>
      <button>Add person</button>
    </form>

    <h2>SAML applications</h2>
    <p>Metadata URL: <code>${urls.samlMetadata}</code></p>
    ${list(state.serviceProviders.map(({ entityId }) => entityId))}
    <form method="post" action="/saml/service-providers">
      <label>Entity ID (Audience) <input name="entityId" required /></label>
      <label>ACS URL <input name="acsUrl" type="url" required /></label>
      <button>Add SAML application</button>
    </form>

    <h2>OpenID Connect applications</h2>
    <p>Issuer: <code>${urls.oidcIssuer}</code></p>
    ${list(state.oidcClients.map((client) => `${client.redirectUri} · client ID ${client.clientId} · client secret ${client.clientSecret}`))}
    <form method="post" action="/oidc-clients">
      <label>Sign-in redirect URI <input name="redirectUri" type="url" required /></label>
      <button>Add OpenID application</button>
    </form>

    <h2>Provisioning (SCIM)</h2>
    <p>
      ${state.scim ? `Pushes to ${state.scim.baseUrl} in the manner of ${state.scim.dialect}.` : 'Not set up.'}
    </p>
    <form method="post" action="/scim">
      <label
        >Base URL <input name="baseUrl" type="url" required value="${state.scim?.baseUrl ?? ''}"
      /></label>
      <label>Token <input name="token" required autocomplete="off" /></label>
      <label
        >Requests like
        <select name="dialect">
          <option value="okta">Okta</option>
          <option value="entra">Microsoft Entra</option>
        </select></label
      >
      <button>Save</button>
    </form>
    ${state.scim ? html`<form method="post" action="/scim/push"><button>Push all assigned people now</button></form>` : ''}

    <h2>DNS of acme.test</h2>
    ${list(state.dns.map(({ name, value }) => `${name} TXT ${value}`))}
    <form method="post" action="/dns">
      <label>Name <input name="name" required /></label>
      <label>TXT value <input name="value" required /></label>
      <button>Add record</button>
    </form>
  `;
}

function personRow(person: Person): Html {
  const status = `${person.active ? 'active' : 'deactivated'}, ${person.assigned ? 'assigned' : 'not assigned'}`;
  const actions = [
    ...(person.assigned ? (['unassign'] as const) : (['assign'] as const)),
    ...(person.active ? (['deactivate'] as const) : (['activate'] as const)),
    'delete' as const,
  ];
  return html`<tr>
    <td>${person.firstName} ${person.lastName}</td>
    <td>${person.email}</td>
    <td><code>${person.password}</code></td>
    <td>${status}</td>
    <td>
      ${actions.map(
        (action) =>
          html`<form method="post" action="/people/${person.id}/${action}">
            <button aria-label="${action} ${person.email}">${action}</button>
          </form> `,
      )}
    </td>
  </tr>`;
}

function list(items: string[]): Html {
  return items.length === 0
    ? html`<p>None yet.</p>`
    : html`<ul>
        ${items.map((item) => html`<li><code>${item}</code></li>`)}
      </ul>`;
}
