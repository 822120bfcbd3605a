import {
  AccountCreated,
  type AccountState,
  AdmissionDecided,
  type Admission,
  ConnectionActivated,
  ConnectionDisabled,
  type ConnectionConfig,
  type ConnectionState,
  type EventData,
  MembershipChanged,
  type MembershipState,
  newId,
  nextVersion,
  SignedIn,
} from '@gatehouse/contracts';
import { type ResponseParts, samlResponse, testingIdp, type TestingIdp } from '@gatehouse/saml/testing';
import { eventually } from '@gatehouse/testing';
import { inflateRawSync } from 'node:zlib';
import { accountOf, Browser, type Gateway, memberOf, PUBLIC_URL } from '../gateway.fixture.js';

export interface Page {
  status: number;
  location: string;
  text: string;
}

/** A browser that follows no redirect by itself: a spec looks at each step. */
export class Visitor extends Browser {
  constructor(private readonly gatewayUrl: string) {
    super(gatewayUrl);
  }

  async visit(address: string, form?: Record<string, string>): Promise<Page> {
    const path = address.replace(PUBLIC_URL, '');
    const response = await fetch(this.gatewayUrl + path, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: this.cookie === '' ? {} : { cookie: this.cookie },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) this.take(cookie);
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      text: await response.text(),
    };
  }

  get hasSession(): boolean {
    return /(^|; )gh_session=/.test(this.cookie);
  }
}

/** An account with a domain, and a connection to an identity provider. */
export class Tenant {
  private constructor(
    readonly gateway: Gateway,
    readonly account: AccountState,
    readonly domain: string,
    public connection: ConnectionState,
    readonly idp: TestingIdp,
  ) {}

  static async create(
    gateway: Gateway,
    make: (
      idp: TestingIdp,
      id: string,
      accountId: string,
    ) => Promise<Pick<ConnectionConfig, 'saml' | 'oidc'>> = async (idp) => ({
      saml: samlConfig(idp),
      oidc: null,
    }),
  ): Promise<Tenant> {
    const slug = `t${newId('acct').slice(-12)}`;
    const domain = `${slug}.test`;
    const account = accountOf(slug);
    const idp = testingIdp(`https://${domain}/idp`);
    const id = newId('conn');
    const config = { configVersion: 1, ...(await make(idp, id, account.id)) };
    const connection: ConnectionState = {
      id,
      version: nextVersion(null),
      accountId: account.id,
      protocol: config.saml ? 'saml' : 'oidc',
      provider: 'saml',
      name: 'The identity provider',
      status: 'active',
      domains: [{ id: newId('dom'), name: domain }],
      live: config,
      draft: config,
      activatedAt: new Date().toISOString(),
    };
    await gateway.publish(AccountCreated, account);
    await gateway.domain(domain, account.id, 'enabled');
    await gateway.publish(ConnectionActivated, connection);
    return new Tenant(gateway, account, domain, connection, idp);
  }

  async change(change: Partial<ConnectionState>): Promise<void> {
    this.connection = { ...this.connection, ...change, version: nextVersion(this.connection.version) };
    const event = this.connection.status === 'disabled' ? ConnectionDisabled : ConnectionActivated;
    await this.gateway.publish(event, this.connection);
  }

  get acs(): string {
    return `/saml/${this.connection.id}/acs`;
  }

  member(name: string, change: Partial<MembershipState> = {}): MembershipState {
    return memberOf(this.account, `${name}@${this.domain}`, change);
  }

  /** Starts a sign-in; the ID of the request that went to the provider. */
  async start(visitor: Visitor, address = `/auth/sso/${this.connection.id}`): Promise<string> {
    const page = await visitor.visit(address);
    const request = new URL(page.location).searchParams.get('SAMLRequest') ?? '';
    return / ID="([^"]*)"/.exec(inflateRawSync(Buffer.from(request, 'base64')).toString())![1]!;
  }

  response(email: string, inResponseTo: string | null, change: Partial<ResponseParts> = {}): string {
    return samlResponse(this.idp, {
      acsUrl: PUBLIC_URL + this.acs,
      audience: `${PUBLIC_URL}/saml/${this.connection.id}/metadata`,
      inResponseTo,
      email,
      ...change,
    });
  }

  /** One whole SAML sign-in. */
  async signIn(visitor: Visitor, email: string, change: Partial<ResponseParts> = {}): Promise<Page> {
    const id = await this.start(visitor);
    return visitor.visit(this.acs, { SAMLResponse: this.response(email, id, change) });
  }

  /** Plays the account service for the first sign-ins of one person; answers the newest of them. */
  async admit(
    email: string,
    decision: { member: MembershipState } | { reason: Admission['reason'] },
    howMany = 1,
  ): Promise<EventData<typeof SignedIn>> {
    const signIns = await eventually(async () => {
      const found = (await this.gateway.published('SignedIn')).filter((it) => it['email'] === email);
      if (found.length < howMany) throw new Error(`${found.length} signed in as ${email}`);
      return found.map((it) => SignedIn.schema.parse(it));
    });
    for (const { signInId } of signIns) await this.decide(signInId, decision);
    return signIns.at(-1)!;
  }

  private async decide(
    signInId: string,
    decision: { member: MembershipState } | { reason: Admission['reason'] },
  ): Promise<void> {
    const about = { signInId, accountId: this.account.id };
    if ('reason' in decision) {
      const { reason } = decision;
      await this.gateway.send(AdmissionDecided, {
        ...about,
        admitted: false,
        userId: null,
        membershipId: null,
        reason,
      });
      return;
    }
    const { id, userId } = decision.member;
    await this.gateway.send(AdmissionDecided, {
      ...about,
      admitted: true,
      userId,
      membershipId: id,
      reason: null,
    });
    await this.gateway.publish(MembershipChanged, decision.member);
  }

  /** A member who has signed in once. */
  async linked(name: string): Promise<MembershipState> {
    const member = this.member(name);
    await Promise.all([
      this.signIn(new Visitor(this.gateway.url), member.email),
      this.admit(member.email, { member }),
    ]);
    return member;
  }

  /** Reason codes of this connection's refusals, in order. */
  async refusals(): Promise<unknown[]> {
    return eventually(async () => {
      const [row] = await this.gateway.database.query<{ waiting: number }>(
        'select count(*)::int as waiting from outbox',
      );
      if (row!.waiting > 0) throw new Error('the outbox is not empty');
      const all = await this.gateway.published('SignInRefused');
      return all.filter((it) => it['connectionId'] === this.connection.id).map((it) => it['code']);
    });
  }
}

export function samlConfig(idp: TestingIdp): NonNullable<ConnectionConfig['saml']> {
  return {
    idpEntityId: idp.entityId,
    ssoUrl: idp.ssoUrl,
    ssoBinding: 'redirect',
    sloUrl: 'https://idp.example/slo',
    certificates: [idp.certificate],
    attributeMapping: {},
    wantResponseSigned: true,
    allowUnsolicited: false,
  };
}
