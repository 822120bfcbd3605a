import type { Person } from '../people/person.js';
import { html, type Html } from './html.js';

export interface SignInForm {
  action: string;
  /** Passed through the form unchanged. */
  hidden: Record<string, string>;
  email?: string;
  problem?: string;
  people: readonly Person[];
}

/** The page's own form, for people, browsers and scripts: it needs no cookie and no script. */
export function signInForm({ action, hidden, email = '', problem, people }: SignInForm): Html {
  return html`
    ${problem ? html`<p class="notice problem" role="alert">${problem}</p>` : ''}
    <form method="post" action="${action}">
      ${hiddenFields(hidden)}
      <label
        >Email <input name="email" type="email" autocomplete="username" required value="${email}"
      /></label>
      <label
        >Password <input name="password" type="password" autocomplete="current-password" required
      /></label>
      <button>Sign in</button>
    </form>
    <h2>People of this demo</h2>
    <table>
      <tr>
        <th>Email</th>
        <th>Password</th>
      </tr>
      ${people.map(
        (person) =>
          html`<tr>
            <td>${person.email}</td>
            <td><code>${person.password}</code></td>
          </tr>`,
      )}
    </table>
  `;
}

export function hiddenFields(fields: Record<string, string>): readonly Html[] {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );
}
