import {
  accountsTopic,
  connectionsTopic,
  directoriesTopic,
  directoryUsersTopic,
  domainsTopic,
  membershipsTopic,
  type Plan,
  type Role,
  type SsoPolicy,
} from '@gatehouse/contracts';
import type { AccessFacts, AuthenticationFact } from './decide.js';

/** One account as seen by one person, with all that a decision rests on. */
export interface AccountFacts {
  readonly accountId: string;
  readonly slug: string;
  readonly accountName: string;
  readonly membershipId: string | null;
  readonly email: string;
  readonly name: string;
  /** Changes whenever one of the aggregates behind the decision does. */
  readonly versions: string;
  readonly account: AccessFacts['account'];
  readonly membership: AccessFacts['membership'];
  readonly directoryUser: AccessFacts['directoryUser'];
  readonly parked: boolean;
}

/** An authentication as the session holds it, with the state of its connection and domain now. */
export interface HeldAuthentication {
  method: AuthenticationFact['method'];
  connectionId: string | null;
  accountId: string | null;
  at: string;
  connectionActive: boolean;
  ownsDomain: boolean;
  /** Milliseconds until SessionNotOnOrAfter, by the database's clock; null where there is none. */
  remainingMs: number | null;
}

export interface FactsRow extends Record<string, unknown> {
  account_id: string;
  account_known: boolean;
  account_version: string | null;
  slug: string | null;
  account_name: string | null;
  plan: Plan | null;
  account_status: 'active' | 'closed' | null;
  enforcement: SsoPolicy['enforcement'] | null;
  exempt: SsoPolicy['exempt'] | null;
  has_active_connection: boolean;
  membership_id: string | null;
  membership_version: string | null;
  email: string | null;
  name: string | null;
  role: Role | null;
  membership_status: 'invited' | 'active' | 'deprovisioned' | 'removed' | 'erased' | null;
  directory_user_id: string | null;
  domain_enabled: boolean;
  directory_user_active: boolean | null;
  directory_user_version: string | null;
  directory_known: boolean;
  parked: boolean;
}

/** Topics whose parked events hide the state of a subject of the decision. */
const SUBJECT_TOPICS = [
  accountsTopic,
  membershipsTopic,
  directoriesTopic,
  directoryUsersTopic,
  domainsTopic,
  connectionsTopic,
].map((topic) => topic.name);

const COLUMNS = `
  coalesce(a.id, m.account_id) as account_id, a.id is not null as account_known, a.version as account_version, a.slug,
  a.name as account_name, a.plan, a.status as account_status, a.enforcement, a.exempt,
  exists (select from connections k where k.account_id = a.id and k.status = 'active') as has_active_connection,
  m.id as membership_id, m.version as membership_version, m.email, m.name, m.role, m.status as membership_status,
  m.directory_user_id,
  exists (select from domains d where d.name = m.email_domain and d.account_id = a.id and d.status = 'enabled') as domain_enabled,
  u.active as directory_user_active, u.version as directory_user_version,
  exists (select from directories y where y.id = u.directory_id) as directory_known,
  exists (
    select from parked_events p
    where p.topic = any(array['${SUBJECT_TOPICS.join("','")}'])
      and (p.key in (a.id, m.id, m.directory_user_id, m.directory_id, m.email_domain)
        or p.key in (select k.id from connections k where k.account_id = a.id)
        -- Of what is not known yet, only the payload tells whose it is: a first connection may make the policy take effect.
        or (p.topic = any(array['${connectionsTopic.name}','${domainsTopic.name}'])
          and position('"accountId":"' || a.id || '"' in p.payload) > 0))) as parked`;

const DIRECTORY = `left join directory_users u on u.id = m.directory_user_id`;

/** Parameters: user id, account id or slug. No row where neither the account nor the membership is known. */
export const FACTS_OF_ACCOUNT = `
  select ${COLUMNS}
  from (select $2::text as ref) r
  left join accounts a on a.id = r.ref or a.slug = r.ref
  left join memberships m on m.account_id = coalesce(a.id, r.ref) and m.user_id = $1
  ${DIRECTORY}
  where a.id is not null or m.id is not null
  order by a.status, a.id limit 1`;

/** Parameter: user id. All accounts that the person belongs to, also as somebody who lost access. */
export const FACTS_OF_USER = `
  select ${COLUMNS}
  from memberships m left join accounts a on a.id = m.account_id ${DIRECTORY}
  where m.user_id = $1 and m.status in ('active', 'deprovisioned')
  order by a.name, a.id`;

export function toFacts(row: FactsRow): AccountFacts {
  return {
    accountId: row.account_id,
    slug: row.slug ?? '',
    accountName: row.account_name ?? '',
    membershipId: row.membership_id,
    email: row.email ?? '',
    name: row.name ?? '',
    versions: [row.account_version, row.membership_version, row.directory_user_version].join('.'),
    account: row.account_known
      ? {
          status: row.account_status ?? 'closed',
          enforcement: row.enforcement ?? 'required',
          exempt: row.exempt ?? 'nobody',
          plan: row.plan ?? 'personal',
          hasActiveConnection: row.has_active_connection,
        }
      : null,
    membership:
      row.role === null || row.membership_status === null
        ? null
        : {
            role: row.role,
            status: row.membership_status,
            directoryUserId: row.directory_user_id,
            domainEnabled: row.domain_enabled,
          },
    directoryUser:
      row.directory_user_active === null
        ? null
        : { active: row.directory_user_active, directoryKnown: row.directory_known },
    parked: row.parked,
  };
}

/** Parameter: token hash; idle seconds. The session with what it still proves. All times are the database's. */
export const SESSION = `
  select s.id, s.user_id, s.ended_at is not null as ended, s.end_reason,
    (extract(epoch from least(s.expires_at, s.last_seen_at + make_interval(secs => $2)) - clock_timestamp()) * 1000)::float8 as remaining_ms,
    (extract(epoch from clock_timestamp() - s.last_seen_at) * 1000)::float8 as unseen_ms,
    coalesce((
      select json_agg(json_build_object(
        'method', t.method, 'connectionId', t.connection_id, 'accountId', t.account_id,
        'at', to_char(t.authenticated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'connectionActive', coalesce(k.status = 'active', false),
        'ownsDomain', exists (
          select from domains d
          where d.name = t.domain and d.account_id = t.account_id and d.status in ('verified', 'enabled')),
        'remainingMs', (extract(epoch from t.not_on_or_after - clock_timestamp()) * 1000)::float8))
      from session_authentications t left join connections k on k.id = t.connection_id
      where t.session_id = s.id and (t.not_on_or_after is null or t.not_on_or_after > clock_timestamp())), '[]'::json) as authentications
  from sessions s where s.token_hash = $1`;

export interface SessionRow extends Record<string, unknown> {
  id: string;
  user_id: string;
  ended: boolean;
  end_reason: string | null;
  remaining_ms: number;
  unseen_ms: number;
  authentications: HeldAuthentication[];
}

/** Parameter: key id. Expiry by the database's clock. */
export const API_KEY = `
  select k.id, k.account_id, k.user_id, k.membership_id, k.role, k.secret_hash,
    (extract(epoch from k.expires_at - clock_timestamp()) * 1000)::float8 as remaining_ms,
    (extract(epoch from clock_timestamp() - coalesce(k.last_used_at, 'epoch')) * 1000)::float8 as unseen_ms
  from api_keys k where k.id = $1`;

export interface ApiKeyRow extends Record<string, unknown> {
  id: string;
  account_id: string;
  user_id: string;
  membership_id: string;
  role: Role;
  secret_hash: string;
  remaining_ms: number | null;
  unseen_ms: number;
}

export function factsFor(
  facts: AccountFacts,
  credential: { kind: 'api-key' } | { kind: 'session'; authentications: readonly HeldAuthentication[] },
): AccessFacts {
  return {
    account: facts.account,
    membership: facts.membership,
    directoryUser: facts.directoryUser,
    parked: facts.parked,
    credential:
      credential.kind === 'api-key'
        ? credential
        : {
            kind: 'session',
            authentications: credential.authentications.map((one) => ({
              method: one.method,
              ofThisAccount: one.accountId === facts.accountId,
              connectionActive: one.connectionActive,
              ownsDomain: one.ownsDomain,
            })),
          },
  };
}
