import { DOMParser, type Element, type Node } from '@xmldom/xmldom';
import { SamlRefusal } from './refusal.js';

export type { Element } from '@xmldom/xmldom';

export const ns = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

export const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
export const transientFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';

/** Parses strictly: whatever the parser has to say, even as a warning, refuses. @throws SamlRefusal `xml_malformed` */
export function parseXml(xml: string): Element {
  try {
    const document = new DOMParser({
      onError: (_level, message) => {
        throw new Error(message);
      },
    }).parseFromString(xml, 'text/xml');
    if (document.documentElement) return document.documentElement;
  } catch {
    // The parser's message quotes the document; it is said in our own words below.
  }
  throw new SamlRefusal('xml_malformed', 'The document is not well-formed XML.', {
    hint: 'The message was damaged on its way, or the identity provider made it wrongly.',
  });
}

export function isElement(node: Node): node is Element {
  return node.nodeType === 1;
}

export function children(parent: Element, namespace: string, name: string): Element[] {
  return childElements(parent).filter((child) => is(child, namespace, name));
}

export function childElements(parent: Element): Element[] {
  return [...parent.childNodes].filter(isElement);
}

export function is(element: Element, namespace: string, name: string): boolean {
  return element.localName === name && element.namespaceURI === namespace;
}

/** This element and all below it, in document order; iterative, since a message may nest deeply. */
export function* descendants(root: Element): Generator<{ element: Element; depth: number }> {
  const open = [{ element: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    const depth = next.depth + 1;
    open.push(
      ...childElements(next.element)
        .reverse()
        .map((element) => ({ element, depth })),
    );
  }
}

/** An attribute without namespace, or undefined where it is not there. */
export function attribute(element: Element, name: string): string | undefined {
  return element.hasAttribute(name) ? (element.getAttribute(name) ?? undefined) : undefined;
}

/** The text of an element that has no elements in it. */
export function textOf(element: Element | undefined): string | undefined {
  if (element === undefined || childElements(element).length > 0) return undefined;
  return element.textContent ?? '';
}

export function escapeXml(value: string): string {
  return value.replace(/[&<>"'\r\n\t]/g, (char) => `&#${char.charCodeAt(0)};`);
}
