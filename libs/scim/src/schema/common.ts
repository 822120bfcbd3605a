import { type Attribute, complex, dateTime, reference, text } from './attribute.js';

/** Attributes that every resource has though no schema lists them, RFC 7643 §3.1; `schemas` too, so that it can be named. */
export const commonAttributes: readonly Attribute[] = [
  reference('schemas', 'URIs of the schemas of the resource.', ['uri'], {
    multiValued: true,
    required: true,
    mutability: 'readOnly',
    returned: 'always',
  }),
  text('id', 'The identifier that Gatehouse gave the resource.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  text('externalId', "The client's own identifier of the resource.", { caseExact: true, maxLength: 512 }),
  complex(
    'meta',
    'Metadata of the resource.',
    [
      text('resourceType', 'Name of the resource type.', { caseExact: true, mutability: 'readOnly' }),
      dateTime('created', 'When the resource was made.', { mutability: 'readOnly' }),
      dateTime('lastModified', 'When the resource was last changed.', { mutability: 'readOnly' }),
      reference('location', 'The URI of the resource.', ['uri'], { mutability: 'readOnly' }),
      text('version', "The resource's ETag.", { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
];
