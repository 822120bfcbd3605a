import type { SamlInput } from '@gatehouse/api-client';
import { z } from 'zod';
import { messages } from '../messages';

// Without this zod tries to compile validators with `new Function`, which the content security policy reports.
z.config({ jitless: true });

const words = messages.setup.metadata;

export type SamlWay = 'url' | 'xml' | 'hand';

export interface SamlFields {
  metadataUrl: string;
  metadataXml: string;
  entityId: string;
  ssoUrl: string;
  certificate: string;
  wantResponseSigned: boolean;
}

/** `http` passes here: a deployment may allow it for its own demo provider, and the server says so where it does not. */
const webAddress = (message: string) =>
  z
    .string()
    .trim()
    .regex(/^https?:\/\/\S+$/, message);
const anything = z.string();

const open = {
  metadataUrl: anything,
  metadataXml: anything,
  entityId: anything,
  ssoUrl: anything,
  certificate: anything,
  wantResponseSigned: z.boolean(),
};

/** What has to be filled in, by the way that was chosen. A first look only; the server reads the metadata. */
export const samlSchemas = {
  url: z.object({ ...open, metadataUrl: webAddress(words.urlInvalid) }),
  xml: z.object({ ...open, metadataXml: z.string().regex(/^\s*<[\s\S]*EntityDescriptor/, words.xmlInvalid) }),
  hand: z.object({
    ...open,
    entityId: z.string().trim().min(1, words.entityMissing),
    ssoUrl: webAddress(words.ssoUrlInvalid),
    certificate: z
      .string()
      .regex(/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/, words.certificateInvalid),
  }),
} satisfies Record<SamlWay, z.ZodType<SamlFields>>;

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

export function samlInputFrom(way: SamlWay, fields: SamlFields): SamlInput {
  return { ...providerFrom(way, fields), wantResponseSigned: fields.wantResponseSigned };
}

function providerFrom(way: SamlWay, fields: SamlFields): SamlInput {
  if (way === 'url') return { metadataUrl: fields.metadataUrl.trim() };
  if (way === 'xml') return { metadataXml: fields.metadataXml };
  return {
    entityId: fields.entityId.trim(),
    ssoUrl: fields.ssoUrl.trim(),
    // A paste may hold several: each is sent as its own.
    certificates: fields.certificate.match(PEM) ?? [],
  };
}
