import { fullName, type Person } from '../people/person.js';

/** Where to push, and in whose manner: the requests of Okta and of Microsoft Entra differ. */
export interface ScimTarget {
  baseUrl: string;
  token: string;
  dialect: 'okta' | 'entra';
}

export interface ScimCall {
  method: string;
  url: string;
  status: number;
  ms: number;
  body?: string;
}

export interface ScimOutcome {
  ok: boolean;
  /** All requests that were sent, in order. */
  calls: ScimCall[];
  /** The id that Gatehouse gave to the person. */
  id?: string;
  error?: string;
}

type Json = Record<string, unknown>;
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const TIME_LIMIT_MS = 10_000;
const SHOWN_BODY = 2_000;

class Refused extends Error {}

/** A SCIM client (RFC 7644) as identity providers have it: look-up by userName, then create or update. */
export class ScimClient {
  private readonly calls: ScimCall[] = [];

  constructor(private readonly target: ScimTarget) {}

  /** Creates the person, or brings the one with the same userName up to date. */
  provision(person: Person): Promise<ScimOutcome> {
    return this.outcome(async () => {
      const id = await this.lookUp(person);
      if (id === undefined) return this.create(person);
      await this.replaceById(id, person);
      return id;
    });
  }

  replace(person: Person): Promise<ScimOutcome> {
    return this.outcome(async () => {
      const id = person.scimId ?? (await this.lookUp(person));
      if (id === undefined) return this.create(person);
      await this.replaceById(id, person);
      return id;
    });
  }

  setActive(person: Person, active: boolean): Promise<ScimOutcome> {
    return this.outcome(async () => {
      const id = person.scimId ?? (await this.lookUp(person));
      if (id === undefined) return undefined;
      await this.call('PATCH', `/Users/${encodeURIComponent(id)}`, this.activePatch(active));
      return id;
    });
  }

  remove(person: Person): Promise<ScimOutcome> {
    return this.outcome(async () => {
      const id = person.scimId ?? (await this.lookUp(person));
      if (id !== undefined) await this.call('DELETE', `/Users/${encodeURIComponent(id)}`);
      return undefined;
    });
  }

  private async lookUp({ email }: Person): Promise<string | undefined> {
    const filter = `userName eq "${email.replace(/["\\]/g, '\\$&')}"`;
    const paging = this.target.dialect === 'okta' ? '&startIndex=1&count=100' : '';
    const found = await this.call('GET', `/Users?filter=${encodeURIComponent(filter)}${paging}`);
    const resources = found?.Resources as { id?: string }[] | undefined;
    return resources?.[0]?.id;
  }

  private async create(person: Person): Promise<string> {
    const created = await this.call('POST', '/Users', this.resource(person));
    if (typeof created?.id !== 'string') throw new Refused('The answer to the creation names no id.');
    return created.id;
  }

  /** Okta's wizard applications send the whole user; Entra sends one operation an attribute. */
  private async replaceById(id: string, person: Person): Promise<void> {
    const path = `/Users/${encodeURIComponent(id)}`;
    if (this.target.dialect === 'okta') {
      await this.call('PUT', path, { ...this.resource(person), id });
      return;
    }
    await this.call('PATCH', path, {
      schemas: [PATCH],
      Operations: [
        { op: 'Replace', path: 'userName', value: person.email },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: person.email },
        { op: 'Replace', path: 'name.givenName', value: person.firstName },
        { op: 'Replace', path: 'name.familyName', value: person.lastName },
        { op: 'Replace', path: 'active', value: person.active ? 'True' : 'False' },
      ],
    });
  }

  private activePatch(active: boolean): Json {
    return this.target.dialect === 'okta'
      ? { schemas: [PATCH], Operations: [{ op: 'replace', value: { active } }] }
      : {
          schemas: [PATCH],
          Operations: [{ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }],
        };
  }

  private resource(person: Person): Json {
    const common = {
      userName: person.email,
      externalId: person.id,
      name: { givenName: person.firstName, familyName: person.lastName },
      displayName: fullName(person),
      active: person.active,
    };
    return this.target.dialect === 'okta'
      ? {
          schemas: [USER],
          ...common,
          emails: [{ primary: true, value: person.email, type: 'work' }],
          locale: 'en-US',
          groups: [],
        }
      : {
          ...{
            schemas: [USER, ENTERPRISE],
            ...common,
            emails: [{ primary: true, type: 'work', value: person.email }],
          },
          ...{ meta: { resourceType: 'User' }, title: null },
        };
  }

  private async outcome(work: () => Promise<string | undefined>): Promise<ScimOutcome> {
    try {
      const id = await work();
      return { ok: true, calls: this.calls, ...(id === undefined ? {} : { id }) };
    } catch (error) {
      return { ok: false, calls: this.calls, error: error instanceof Error ? error.message : String(error) };
    }
  }

  private async call(method: string, path: string, body?: Json): Promise<Json | undefined> {
    const url = this.target.baseUrl.replace(/\/$/, '') + path;
    const begun = performance.now();
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.target.token}`,
        accept: 'application/scim+json',
        ...(body ? { 'content-type': 'application/scim+json' } : {}),
      },
      body: body && JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    }).catch((error: Error & { cause?: Error }) => {
      throw new Refused(`${method} ${url} got no answer: ${error.cause?.message ?? error.message}`);
    });
    const text = await response.text();
    const ms = Math.round((performance.now() - begun) * 10) / 10;
    this.calls.push({
      method,
      url,
      status: response.status,
      ms,
      ...(response.ok ? {} : { body: text.slice(0, SHOWN_BODY) }),
    });
    if (!response.ok)
      throw new Refused(`${method} ${url} was answered ${response.status}: ${text.slice(0, SHOWN_BODY)}`);
    return text === '' ? undefined : (JSON.parse(text) as Json);
  }
}
