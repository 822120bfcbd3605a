import { describe, expect, it } from 'vitest';
import { ScimError } from '../errors.js';
import { ENTERPRISE_SCHEMA, USER_SCHEMA, userResourceType } from '../schema/user.js';
import { resourceTypeDocument, schemaDocument, schemasOf, serviceProviderConfig } from './discovery.js';
import { readListQuery } from './list.js';

describe('list parameters (RFC 7644 §3.4.2)', () => {
  const read = (query: Record<string, unknown>) => readListQuery(userResourceType, query, 'lenient');

  it('takes what Okta and Entra send', () => {
    expect(read({ filter: 'userName eq "ada"', startIndex: '1', count: '100' })).toMatchObject({
      filter: { kind: 'compare', operator: 'eq', value: 'ada' },
      startIndex: 1,
      count: 100,
    });
  });

  it.each([
    [{}, 1, 100],
    [{ startIndex: '0', count: '-5' }, 1, 0],
    [{ startIndex: '-3', count: '0' }, 1, 0],
    [{ startIndex: '7', count: '100000' }, 7, 200],
  ])('%j', (query, startIndex, count) => {
    expect(read(query)).toMatchObject({ startIndex, count });
  });

  it.each([[{ count: 'ten' }], [{ startIndex: '1.5' }], [{ filter: ['a', 'b'] }]])('refuses %j', (query) => {
    expect(() => read(query)).toThrow(ScimError);
  });
});

describe('discovery', () => {
  it('describes the type by the schemas that everything else is driven by', () => {
    expect(resourceTypeDocument(userResourceType, 'https://x')).toMatchObject({
      id: 'User',
      endpoint: '/Users',
      schema: USER_SCHEMA,
      schemaExtensions: [{ schema: ENTERPRISE_SCHEMA, required: false }],
      meta: { location: 'https://x/ResourceTypes/User' },
    });
    const [user] = schemasOf([userResourceType]).map((schema) => schemaDocument(schema, 'https://x'));
    expect(user?.attributes.find((attribute) => attribute['name'] === 'userName')).toEqual({
      name: 'userName',
      type: 'string',
      multiValued: false,
      description: expect.any(String),
      required: true,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'server',
    });
    expect(serviceProviderConfig('https://x')).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
    });
  });
});
