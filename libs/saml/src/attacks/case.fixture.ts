/** One response, and what is changed of it: every case has its accepted twin in `accepted.spec.ts`. */
import {
  SamlConnection,
  type SamlConnectionOptions,
  type StartedRequest,
  type VerifyInput,
} from '../index.js';
import { newMessageId, samlResponse, testingIdp, type ResponseParts } from '../testing-idp.js';

export const idp = testingIdp();
export const attacker = testingIdp(idp.entityId);
export const acsUrl = 'https://gatehouse.example/saml/conn_1/acs';
export const entityId = 'https://gatehouse.example/saml/conn_1/metadata';
export const requestId = newMessageId();

export const options: SamlConnectionOptions = {
  connectionId: 'conn_1',
  entityId,
  acsUrl,
  idp: {
    entityId: idp.entityId,
    ssoUrl: idp.ssoUrl,
    ssoBinding: 'redirect',
    certificates: [idp.certificate],
  },
  wantResponseSigned: true,
  allowUnsolicited: false,
};
export const parts: ResponseParts = {
  acsUrl,
  audience: entityId,
  inResponseTo: requestId,
  email: 'ada@acme.test',
};
export const started: StartedRequest = { connectionId: 'conn_1', issuedAt: new Date(), sameBrowser: true };

export interface Case {
  parts?: Partial<ResponseParts>;
  options?: Partial<SamlConnectionOptions>;
  started?: Partial<StartedRequest> | null;
  input?: Partial<VerifyInput>;
  xml?: string;
}

export async function verify(it: Case) {
  const connection = new SamlConnection({ ...options, ...it.options });
  const message =
    it.xml === undefined
      ? samlResponse(idp, { ...parts, ...it.parts })
      : Buffer.from(it.xml).toString('base64');
  return connection.verifyResponse({
    method: 'POST',
    contentType: 'application/x-www-form-urlencoded',
    body: { SAMLResponse: message },
    request: (id) =>
      Promise.resolve(id === requestId && it.started !== null ? { ...started, ...it.started } : null),
    enabledDomains: ['acme.test'],
    ...it.input,
  });
}

/** The reason code, or `accepted`. */
export async function codeOf(it: Case): Promise<string> {
  const verdict = await verify(it);
  return verdict.ok ? 'accepted' : verdict.code;
}

export const replace = (from: string | RegExp, to: string) => (xml: string) => {
  const changed = xml.replace(from, to);
  if (changed === xml) throw new Error(`nothing to replace: ${from}`);
  return changed;
};
export const inAssertion = (from: string | RegExp, to: string): Case => ({
  parts: { assertion: replace(from, to) },
});
export const inResponse = (from: string | RegExp, to: string): Case => ({
  parts: { response: replace(from, to) },
});
export const afterSigning = (from: string | RegExp, to: string): Case => ({
  parts: { tampered: replace(from, to) },
});
export const posted = (
  body: unknown,
  contentType = 'application/x-www-form-urlencoded',
  method = 'POST',
): Case => ({
  input: { body, contentType, method },
});
