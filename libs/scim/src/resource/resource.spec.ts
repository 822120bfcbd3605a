import { describe, expect, it } from 'vitest';
import type { Dialect } from '../dialect.js';
import { ScimError } from '../errors.js';
import { ENTERPRISE_SCHEMA, USER_SCHEMA, userResourceType } from '../schema/user.js';
import { identityAddress } from './identity.js';
import { presentResource, readProjection } from './project.js';
import { readResource } from './read.js';

const read = (body: unknown, dialect: Dialect = 'lenient') =>
  JSON.parse(JSON.stringify(readResource(userResourceType, body, dialect))) as Record<string, unknown>;

function refusal(body: unknown, dialect: Dialect = 'lenient'): ScimError {
  try {
    read(body, dialect);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('reading a User', () => {
  it.each(['displayName', 'name.formatted', 'name.givenName', 'name.familyName'])(
    'bounds %s, which events carry',
    (path) => {
      const [outer = '', inner] = path.split('.');
      const named = (length: number) => {
        const value = 'x'.repeat(length);
        return { userName: 'ada@acme.test', [outer]: inner === undefined ? value : { [inner]: value } };
      };
      expect(read(named(1024))).toHaveProperty(outer);
      expect(refusal(named(1025))).toMatchObject({ status: 400, scimType: 'invalidValue' });
    },
  );

  it('takes what Okta posts and puts', () => {
    expect(
      read({
        schemas: [USER_SCHEMA],
        userName: 'ada@acme.test',
        name: { givenName: 'Ada', familyName: 'Lovelace' },
        emails: [{ primary: true, value: 'ada@acme.test', type: 'work' }],
        displayName: 'Ada Lovelace',
        locale: 'en-GB',
        externalId: '00u1',
        groups: [],
        password: '1mz050nq',
        active: true,
        id: 'echoed',
        meta: { resourceType: 'User' },
      }),
    ).toEqual({
      userName: 'ada@acme.test',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [{ primary: true, value: 'ada@acme.test', type: 'work' }],
      displayName: 'Ada Lovelace',
      locale: 'en-GB',
      externalId: '00u1',
      active: true,
    });
  });

  it('takes what Entra posts, nulls included', () => {
    expect(
      read({
        schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
        externalId: '58342554',
        userName: 'Ada@acme.test',
        active: 'True',
        addresses: null,
        displayName: 'Ada',
        emails: [{ type: 'work', value: 'ada@acme.test', primary: true }],
        name: { formatted: 'Ada', familyName: null },
        roles: [],
        [ENTERPRISE_SCHEMA]: { department: 'Engines', manager: '' },
      }),
    ).toEqual({
      externalId: '58342554',
      userName: 'Ada@acme.test',
      active: true,
      displayName: 'Ada',
      emails: [{ type: 'work', value: 'ada@acme.test', primary: true }],
      name: { formatted: 'Ada' },
      [ENTERPRISE_SCHEMA]: { department: 'Engines' },
    });
  });

  it('takes what OneLogin and PingFederate post', () => {
    expect(
      read({
        schemas: ['urn:scim:schemas:core:1.0'],
        id: null,
        userName: 'ada',
        active: 'true',
        emails: { value: 'ada@acme.test', type: 'work', primary: true },
        'urn:scim:schemas:extension:enterprise:1.0': { manager: { managerId: '7' } },
      }),
    ).toEqual({
      userName: 'ada',
      active: true,
      emails: [{ value: 'ada@acme.test', type: 'work', primary: true }],
      [ENTERPRISE_SCHEMA]: { manager: { value: '7' } },
    });
    const two = read({
      userName: 'ada',
      emails: [
        { value: 'home@acme.test', type: 'home', primary: true },
        { value: 'work@acme.test', type: 'work', primary: true },
      ],
    });
    expect(two['emails']).toMatchObject([{ primary: false }, { primary: true }]);
  });

  it('reads names without case', () => {
    expect(read({ USERNAME: 'ada', Name: { GIVENNAME: 'Ada' } })).toEqual({
      userName: 'ada',
      name: { givenName: 'Ada' },
    });
  });

  it.each<[string, unknown, ScimError['scimType'], Dialect]>([
    ['a list', [], 'invalidSyntax', 'lenient'],
    ['no userName', { displayName: 'x' }, 'invalidValue', 'lenient'],
    ['a blank userName', { userName: '  ' }, 'invalidValue', 'lenient'],
    ['a userName that no index takes', { userName: 'x'.repeat(513) }, 'invalidValue', 'lenient'],
    ['no schemas, strictly', { userName: 'ada' }, 'invalidSyntax', 'strict'],
    [
      'an unknown attribute, strictly',
      { schemas: [USER_SCHEMA], userName: 'ada', shoe: 1 },
      'invalidValue',
      'strict',
    ],
    [
      'a string for a boolean, strictly',
      { schemas: [USER_SCHEMA], userName: 'a', active: 'true' },
      'invalidValue',
      'strict',
    ],
    ['a string for a name', { userName: 'ada', name: 'Ada' }, 'invalidValue', 'lenient'],
    ['an object for a string', { userName: { a: 1 } }, 'invalidValue', 'lenient'],
    ['__proto__', JSON.parse('{"userName":"ada","__proto__":{}}'), 'invalidSyntax', 'lenient'],
    ['nested constructor', { userName: 'ada', name: { constructor: {} } }, 'invalidSyntax', 'lenient'],
    ['a NUL', { userName: 'a\0' }, 'invalidValue', 'lenient'],
  ])('refuses %s', (_name, body, scimType, dialect) => {
    expect(refusal(body, dialect)).toMatchObject({ status: 400, scimType });
  });
});

describe('identity address', () => {
  const work = { value: 'W@acme.test', type: 'Work', primary: true };
  it.each([
    [
      'the primary work email',
      { userName: 'u', emails: [{ value: 'h@x.test', primary: true }, work] },
      'W@acme.test',
    ],
    [
      'else the primary email',
      {
        userName: 'u',
        emails: [
          { value: 'h@x.test', primary: true },
          { ...work, primary: false },
        ],
      },
      'h@x.test',
    ],
    ['else the userName', { userName: 'u@x.test', emails: [{ ...work, primary: false }] }, 'u@x.test'],
    ['the userName where there are no emails', { userName: 'u@x.test' }, 'u@x.test'],
  ])('is %s', (_name, document, expected) => {
    expect(identityAddress(document)).toBe(expected);
  });
});

describe('presenting a User', () => {
  const stored = {
    id: 'duser_1',
    version: 1764000000000,
    created: new Date('2026-01-01T00:00:00Z'),
    lastModified: new Date('2026-01-02T00:00:00Z'),
    document: {
      userName: 'ada',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [{ value: 'ada@acme.test', type: 'work' }],
      [ENTERPRISE_SCHEMA]: { department: 'Engines', employeeNumber: '1' },
    },
  };
  const present = (attributes?: string, excluded?: string) =>
    presentResource(
      userResourceType,
      stored,
      'https://gate.test/scim/v2/dir_1',
      readProjection(userResourceType, attributes, excluded, 'strict'),
    );

  it('has schemas, id and meta', () => {
    expect(present()).toEqual({
      schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA],
      id: 'duser_1',
      ...stored.document,
      meta: {
        resourceType: 'User',
        created: '2026-01-01T00:00:00.000Z',
        lastModified: '2026-01-02T00:00:00.000Z',
        location: 'https://gate.test/scim/v2/dir_1/Users/duser_1',
        version: 'W/"1764000000000"',
      },
    });
  });

  it('leaves out what was not asked for, and never what is always returned', () => {
    const always = { schemas: [USER_SCHEMA, ENTERPRISE_SCHEMA], id: 'duser_1' };
    expect(present('userName')).toEqual({ ...always, userName: 'ada' });
    expect(present('NAME.givenName,emails')).toEqual({
      ...always,
      name: { givenName: 'Ada' },
      emails: stored.document.emails,
    });
    expect(present(`${ENTERPRISE_SCHEMA}:department`)).toEqual({
      ...always,
      [ENTERPRISE_SCHEMA]: { department: 'Engines' },
    });
    expect(present(undefined, 'id,name.familyName,emails,meta,groups')).toEqual({
      ...always,
      userName: 'ada',
      name: { givenName: 'Ada' },
      [ENTERPRISE_SCHEMA]: stored.document[ENTERPRISE_SCHEMA],
    });
  });

  it('refuses both lists at once', () => {
    expect(() => present('userName', 'name')).toThrow(ScimError);
  });
});
