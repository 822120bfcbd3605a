import { DOMParser } from '@xmldom/xmldom';
import { inflateRawSync } from 'node:zlib';
import type { ServiceProvider } from './service-provider.js';

const MAX_REQUEST = 64 * 1024;
const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';

export interface AuthnRequest {
  id: string;
  serviceProvider: ServiceProvider;
}

/** The request can't be answered; the message is for the person who sees it. */
export class BadAuthnRequest extends Error {}

/** HTTP-Redirect binding (SAML 2.0 bindings §3.4): base64 of raw deflate. @throws BadAuthnRequest */
export function decodeRedirect(message: string): string {
  try {
    return inflateRawSync(Buffer.from(message, 'base64'), { maxOutputLength: MAX_REQUEST }).toString('utf8');
  } catch {
    throw new BadAuthnRequest('SAMLRequest is not a deflated, base64-encoded message.');
  }
}

/** HTTP-POST binding (§3.5): base64 alone. */
export function decodePost(message: string): string {
  return Buffer.from(message.slice(0, MAX_REQUEST), 'base64').toString('utf8');
}

/** @throws BadAuthnRequest */
export function readAuthnRequest(xml: string, serviceProviders: readonly ServiceProvider[]): AuthnRequest {
  const root = parse(xml);
  if (root.localName !== 'AuthnRequest' || root.namespaceURI !== PROTOCOL) {
    throw new BadAuthnRequest('The SAML message is not an AuthnRequest.');
  }
  const id = root.getAttribute('ID') ?? '';
  if (!/^[A-Za-z_][\w.-]{0,200}$/.test(id)) throw new BadAuthnRequest('The AuthnRequest has no usable ID.');
  const issuer = root.getElementsByTagNameNS(ASSERTION, 'Issuer')[0]?.textContent?.trim() ?? '';
  const serviceProvider = serviceProviders.find(({ entityId }) => entityId === issuer);
  if (!serviceProvider) {
    throw new BadAuthnRequest(
      `"${issuer}" is not registered here. Add it on this identity provider's page under SAML applications, with its ACS URL.`,
    );
  }
  const acsUrl = root.getAttribute('AssertionConsumerServiceURL');
  if (acsUrl && acsUrl !== serviceProvider.acsUrl) {
    throw new BadAuthnRequest(
      `The request asks for an answer to ${acsUrl}; registered is ${serviceProvider.acsUrl}.`,
    );
  }
  return { id, serviceProvider };
}

function parse(xml: string) {
  if (xml.length > MAX_REQUEST || /<!DOCTYPE/i.test(xml))
    throw new BadAuthnRequest('The SAML message is not acceptable.');
  try {
    const document = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    }).parseFromString(xml, 'text/xml');
    if (document.documentElement) return document.documentElement;
  } catch {
    // Said below, in the same words for every malformed message.
  }
  throw new BadAuthnRequest('The SAML message is not XML.');
}
