type Json = Record<string, unknown>;

export interface DirectoryPerson {
  userName: string;
  title: string;
  active: boolean;
}

interface ScimAnswer {
  status: number;
  body: Json;
}

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const RETRY_LIMIT_MS = 60_000;
const RETRY_MS = 100;

/**
 * A SCIM client as an identity provider has: it looks a person up before it creates them, and tries again where the
 * connection fails or the server says that it cannot (RFC 7644 §3.12: 429, 5xx).
 */
export class ScimClient {
  /** How often a request had to be tried again. */
  retries = 0;
  private readonly ids = new Map<string, string>();

  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  async create({ userName, title, active }: DirectoryPerson): Promise<void> {
    await this.untilAnswered(async () => {
      const known = await this.lookUp(userName);
      if (known !== undefined) return { status: 200, body: { id: known } };
      return this.send('POST', '/Users', {
        ...{ schemas: [userSchema], userName, title, active, externalId: `ext-${userName}` },
        name: { givenName: title, familyName: 'Person' },
        emails: [{ value: userName, type: 'work', primary: true }],
      });
    }).then(({ body }) => this.ids.set(userName, String(body['id'])));
  }

  async update(userName: string, operations: { op: string; path: string; value: unknown }[]): Promise<void> {
    const body = { schemas: [patchSchema], Operations: operations };
    await this.untilAnswered(() => this.send('PATCH', `/Users/${this.ids.get(userName)}`, body));
  }

  /** Everybody whom the directory has, by user name. */
  async list(): Promise<Map<string, { active: boolean; title: string }>> {
    const all = new Map<string, { active: boolean; title: string }>();
    for (let startIndex = 1; ;) {
      const { body } = await this.untilAnswered(() =>
        this.send('GET', `/Users?startIndex=${startIndex}&count=200`),
      );
      const resources = body['Resources'] as { userName: string; active: boolean; title: string }[];
      for (const { userName, active, title } of resources) {
        if (all.has(userName)) throw new Error(`${userName} is in the directory twice`);
        all.set(userName, { active, title });
      }
      startIndex += resources.length;
      if (resources.length === 0 || startIndex > Number(body['totalResults'])) return all;
    }
  }

  private async lookUp(userName: string): Promise<string | undefined> {
    const filter = encodeURIComponent(`userName eq "${userName}"`);
    const { body } = await this.send('GET', `/Users?filter=${filter}`);
    return (body['Resources'] as { id: string }[])[0]?.id;
  }

  private async send(method: string, path: string, body?: unknown): Promise<ScimAnswer> {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (response.status === 429 || response.status >= 500)
      throw new Error(`${method} ${path}: ${response.status} ${text}`);
    if (!response.ok) throw new Refusal(`${method} ${path}: ${response.status} ${text}`);
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Json) };
  }

  private async untilAnswered(attempt: () => Promise<ScimAnswer>): Promise<ScimAnswer> {
    const deadline = performance.now() + RETRY_LIMIT_MS;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof Refusal || performance.now() > deadline) throw error;
        this.retries += 1;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** An answer that trying again would not change. */
class Refusal extends Error {}
