import { describe, expect, it } from 'vitest';
import type { Dialect } from '../dialect.js';
import { ScimError } from '../errors.js';
import { sameDocument } from '../resource/document.js';
import { readResource } from '../resource/read.js';
import { ENTERPRISE_SCHEMA, userResourceType } from '../schema/user.js';
import { applyPatch } from './apply.js';
import { PATCH_SCHEMA, readPatch } from './read.js';

const stored = readResource(
  userResourceType,
  {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE_SCHEMA],
    userName: 'ada@acme.test',
    active: true,
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: [
      { value: 'ada@acme.test', type: 'work', primary: true },
      { value: 'ada@home.test', type: 'home' },
    ],
    [ENTERPRISE_SCHEMA]: { employeeNumber: '1', manager: { value: 'duser_9' } },
  },
  'strict',
);

function patched(operations: unknown, dialect: Dialect = 'lenient', base: Record<string, unknown> = stored) {
  const body = { schemas: [PATCH_SCHEMA], Operations: operations };
  return applyPatch(userResourceType, base, readPatch(userResourceType, body, dialect), dialect);
}

function refusal(operations: unknown, dialect: Dialect = 'lenient'): ScimError {
  try {
    patched(operations, dialect);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('accepted');
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('PATCH as Okta sends it', () => {
  it('deactivates and activates without a path', () => {
    const off = patched([{ op: 'replace', value: { active: false } }]);
    expect(off['active']).toBe(false);
    expect(patched([{ op: 'replace', value: { active: true } }], 'lenient', off)['active']).toBe(true);
  });

  it('ignores the read-only members that it echoes', () => {
    const result = patched([
      { op: 'replace', value: { id: 'x', schemas: [], meta: {}, groups: [], displayName: 'Ada L.' } },
    ]);
    expect(plain(result)).toEqual({ ...(plain(stored) as object), displayName: 'Ada L.' });
  });
});

describe('PATCH as Entra sends it', () => {
  it.each(['False', 'false', 'FALSE', false])('deactivates by %j', (value) => {
    expect(patched([{ op: 'Replace', path: 'active', value }])['active']).toBe(false);
  });

  it('deactivates in the form it uses without aadOptscim062020', () => {
    expect(
      patched([{ op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] }])['active'],
    ).toBe(false);
    expect(
      patched([{ op: 'Add', path: 'displayName', value: [{ $ref: null, value: 'A' }] }])['displayName'],
    ).toBe('A');
  });

  it('sets a value of a type that exists, and makes one that does not', () => {
    const path = 'emails[type eq "work"].value';
    const changed = patched([{ op: 'Replace', path, value: 'countess@acme.test' }]);
    expect(plain(changed['emails'])).toEqual([
      { value: 'countess@acme.test', type: 'work', primary: true },
      { value: 'ada@home.test', type: 'home' },
    ]);
    const made = patched([{ op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+44 1' }]);
    expect(plain(made['phoneNumbers'])).toEqual([{ type: 'mobile', value: '+44 1' }]);
    expect(
      refusal([{ op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '+44 1' }], 'strict')
        .scimType,
    ).toBe('noTarget');
  });

  it('sets the primary value', () => {
    const changed = patched([
      { op: 'Replace', path: 'emails[primary eq true].value', value: 'al@acme.test' },
    ]);
    expect(plain(changed['emails'])).toMatchObject([{ value: 'al@acme.test', primary: true }, {}]);
  });

  it('takes paths as members of a value without a path', () => {
    const changed = patched([
      {
        op: 'Add',
        value: { 'name.givenName': 'Augusta', [`${ENTERPRISE_SCHEMA}:employeeNumber`]: '9', unknown: 'x' },
      },
    ]);
    expect(plain(changed)).toMatchObject({
      name: { givenName: 'Augusta', familyName: 'Lovelace' },
      [ENTERPRISE_SCHEMA]: { employeeNumber: '9', manager: { value: 'duser_9' } },
    });
    expect(changed).not.toHaveProperty('unknown');
  });

  it.each([
    ['duser_7', { value: 'duser_7' }],
    [['duser_7'], { value: 'duser_7' }],
    [[{ $ref: null, value: 'duser_7' }], { value: 'duser_7' }],
    ['', undefined],
    [null, undefined],
  ])('sets the manager by %j', (value, expected) => {
    const changed = patched([{ op: 'Replace', path: `${ENTERPRISE_SCHEMA}:manager`, value }]);
    expect(plain((changed[ENTERPRISE_SCHEMA] as Record<string, unknown>)['manager'] ?? null)).toEqual(
      expected ?? null,
    );
  });

  it('takes roles as JSON in a string', () => {
    const changed = patched([{ op: 'Add', path: 'roles', value: '[{"value":"admin","primary":true}]' }]);
    expect(plain(changed['roles'])).toEqual([{ value: 'admin', primary: true }]);
  });

  it('removes only the values it lists', () => {
    const changed = patched([{ op: 'Remove', path: 'emails', value: [{ value: 'ada@home.test' }] }]);
    expect(plain(changed['emails'])).toEqual([{ value: 'ada@acme.test', type: 'work', primary: true }]);
  });
});

describe('PATCH (RFC 7644 §3.5.2)', () => {
  it.each<[string, unknown[]]>([
    ['same value', [{ op: 'replace', path: 'active', value: true }]],
    [
      'value that is there',
      [{ op: 'add', path: 'emails', value: [{ value: 'ada@acme.test', type: 'work' }] }],
    ],
    ['removal of what is not there', [{ op: 'remove', path: 'nickName' }]],
    ['removal by a filter that matches nothing', [{ op: 'remove', path: 'emails[type eq "other"]' }]],
    ['a password', [{ op: 'replace', path: 'password', value: 'secret' }]],
    [
      'the same values in another order',
      [
        {
          op: 'replace',
          path: 'emails',
          value: [
            { type: 'home', value: 'ada@home.test' },
            { primary: true, value: 'ada@acme.test', type: 'work' },
          ],
        },
      ],
    ],
  ])('changes nothing by %s', (_name, operations) => {
    expect(sameDocument(patched(operations), stored)).toBe(true);
  });

  it('moves the primary mark', () => {
    const changed = patched(
      [{ op: 'add', path: 'emails', value: [{ value: 'a@acme.test', primary: true }] }],
      'strict',
    );
    expect(plain(changed['emails'])).toEqual([
      { value: 'ada@acme.test', type: 'work', primary: false },
      { value: 'ada@home.test', type: 'home' },
      { value: 'a@acme.test', primary: true },
    ]);
  });

  it('removes by filter, by sub-attribute and whole', () => {
    expect(
      plain(patched([{ op: 'remove', path: 'emails[type eq "home"]' }], 'strict')['emails']),
    ).toHaveLength(1);
    expect(patched([{ op: 'remove', path: 'name.familyName' }], 'strict')['name']).toEqual({
      givenName: 'Ada',
    });
    expect(patched([{ op: 'remove', path: 'name' }], 'strict')).not.toHaveProperty('name');
    expect(patched([{ op: 'remove', path: ENTERPRISE_SCHEMA }], 'strict')).not.toHaveProperty([
      ENTERPRISE_SCHEMA,
    ]);
  });

  it('is atomic: the given document is untouched, also by what came before the failure', () => {
    const before = JSON.stringify(stored);
    const error = refusal([
      { op: 'replace', path: 'name.givenName', value: 'X' },
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'x@acme.test' },
      { op: 'remove', path: 'userName' },
    ]);
    expect(error).toMatchObject({ status: 400, scimType: 'mutability' });
    expect(JSON.stringify(stored)).toBe(before);
  });

  it.each<[string, unknown, ScimError['scimType'], Dialect]>([
    ['no operations', [], 'invalidSyntax', 'lenient'],
    ['an unknown op', [{ op: 'move', path: 'title', value: 'x' }], 'invalidSyntax', 'lenient'],
    [
      "Entra's spelling, strictly",
      [{ op: 'Replace', path: 'active', value: false }],
      'invalidSyntax',
      'strict',
    ],
    [
      'a boolean as a string, strictly',
      [{ op: 'replace', path: 'active', value: 'False' }],
      'invalidValue',
      'strict',
    ],
    ['no boolean', [{ op: 'replace', path: 'active', value: 'maybe' }], 'invalidValue', 'lenient'],
    ['remove without a path', [{ op: 'remove' }], 'noTarget', 'lenient'],
    ['an unknown path', [{ op: 'replace', path: 'shoeSize', value: 1 }], 'invalidPath', 'lenient'],
    [
      'a path that goes on',
      [{ op: 'replace', path: 'emails[type eq "work"].value x', value: 1 }],
      'invalidPath',
      'lenient',
    ],
    [
      'a broken filter',
      [{ op: 'replace', path: 'emails[type zz "work"].value', value: 'x' }],
      'invalidFilter',
      'lenient',
    ],
    ['a read-only path', [{ op: 'replace', path: 'id', value: 'x' }], 'mutability', 'lenient'],
    ['groups', [{ op: 'add', path: 'groups', value: [{ value: 'x' }] }], 'mutability', 'lenient'],
    ['meta.version', [{ op: 'replace', path: 'meta.version', value: 'x' }], 'mutability', 'lenient'],
    ['removal of userName', [{ op: 'remove', path: 'userName' }], 'mutability', 'lenient'],
    ['a null userName', [{ op: 'replace', value: { userName: null } }], 'mutability', 'lenient'],
    ['a blank userName', [{ op: 'replace', path: 'userName', value: ' ' }], 'invalidValue', 'lenient'],
    ['no value', [{ op: 'replace', path: 'title' }], 'invalidValue', 'lenient'],
    [
      'a value that no filter matches',
      [{ op: 'replace', path: 'emails[type co "x"].value', value: 'x' }],
      'noTarget',
      'lenient',
    ],
    ['a NUL', [{ op: 'replace', path: 'title', value: 'a\0b' }], 'invalidValue', 'lenient'],
    ['half a surrogate pair', [{ op: 'replace', path: 'title', value: '\ud800' }], 'invalidValue', 'lenient'],
  ])('refuses %s', (_name, operations, scimType, dialect) => {
    expect(refusal(operations, dialect)).toMatchObject({ status: 400, scimType });
  });

  it('has no way to a prototype', () => {
    const attack = (json: string): unknown => JSON.parse(json);
    for (const value of ['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{"admin":true}}}']) {
      expect(refusal([{ op: 'add', value: attack(value) }]).scimType).toBe('invalidSyntax');
      expect(refusal([{ op: 'add', path: 'name', value: attack(value) }]).scimType).toBe('invalidSyntax');
    }
    for (const path of ['__proto__', 'constructor.prototype', 'name.__proto__', '__proto__.admin']) {
      expect(refusal([{ op: 'add', path, value: { admin: true } }]).scimType).toBe('invalidPath');
    }
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    expect(Object.getPrototypeOf(patched([{ op: 'replace', path: 'title', value: 'x' }]))).toBeNull();
  });
});
