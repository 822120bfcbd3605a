import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScimError } from '../errors.js';
import { userResourceType } from '../schema/user.js';
import { matches } from './evaluate.js';
import { MAX_FILTER_DEPTH, MAX_FILTER_NODES, parseFilter } from './parser.js';

const user = {
  id: 'duser_1',
  userName: 'Bjensen@Acme.test',
  externalId: 'Ext-1',
  active: true,
  title: '',
  name: { familyName: 'Jensen', givenName: 'Barbara' },
  emails: [
    { type: 'work', value: 'bjensen@acme.test', primary: true },
    { type: 'home', value: 'babs@jensen.test' },
  ],
  meta: { resourceType: 'User', lastModified: '2026-05-13T04:42:34.120Z' },
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
    employeeNumber: '42',
    manager: { value: 'duser_2' },
  },
};

function finds(filter: string): boolean {
  return matches(parseFilter(userResourceType, filter, 'strict'), user);
}

function refusal(filter: string, dialect: 'strict' | 'lenient' = 'strict'): ScimError {
  try {
    parseFilter(userResourceType, filter, dialect);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error(`accepted: ${filter}`);
}

describe('filters (RFC 7644 §3.4.2.2)', () => {
  it.each([
    ['userName eq "bjensen@acme.test"', true],
    ['USERNAME EQ "BJENSEN@ACME.TEST"', true],
    ['userName eq "bjensen"', false],
    ['externalId eq "Ext-1"', true],
    ['externalId eq "ext-1"', false],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "b"', true],
    ['URN:ietf:params:scim:schemas:extension:Enterprise:2.0:User:employeeNumber eq "42"', true],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "duser_2"', true],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "duser_2"', true],
    ['name.familyName co "ens"', true],
    ['name.familyName ew "SEN"', true],
    ['name.familyName gt "Jense"', true],
    ['name.familyName lt "Jense"', false],
    ['emails eq "babs@jensen.test"', true],
    ['emails.type eq "home"', true],
    ['emails[type eq "work" and value co "@acme.test"]', true],
    // Both parts are true, but of different elements.
    ['emails[type eq "work" and value co "@jensen.test"]', false],
    ['emails.type eq "work" and emails.value co "@jensen.test"', true],
    ['emails[not (type eq "work")]', true],
    ['emails.type ne "work"', true],
    ['title pr', false],
    ['nickName pr', false],
    ['name pr', true],
    ['emails pr', true],
    ['photos pr', false],
    ['nickName eq null', true],
    ['name.givenName ne null', true],
    ['nickName ne "x"', true],
    ['active eq true', true],
    ['active eq false', false],
    ['meta.lastModified gt "2026-05-13T04:42:34Z"', true],
    ['meta.lastModified eq "2026-05-13T06:42:34.12+02:00"', true],
    ['meta.lastModified lt "2026-05-13T04:42:34Z"', false],
    // `and` binds before `or`, `not` before both.
    ['active eq false and active eq false or active eq true', true],
    ['active eq true or active eq true and active eq false', true],
    ['(active eq true or active eq true) and active eq false', false],
    ['not (active eq false) and userName pr', true],
    ['userName eq "a\\"b" or active eq true', true],
  ])('%s → %s', (filter, expected) => {
    expect(finds(filter)).toBe(expected);
  });

  it.each([
    'userName',
    'userName eq',
    'userName eq bjensen',
    'userName zz "b"',
    'eq "b"',
    '(userName eq "b"',
    'userName eq "b")',
    'userName eq "b" and',
    'userName eq "b" xor active eq true',
    'userName eq "b',
    'userName eq "\\q"',
    'userName eq "\\u0000"',
    'userName eq "\\ud800"',
    'unknown eq "b"',
    'name.unknown eq "b"',
    'name eq "b"',
    'userName.value eq "b"',
    'urn:ietf:params:scim:schemas:core:2.0:Group:displayName eq "b"',
    'active gt true',
    'active co "t"',
    'active eq "yes"',
    'userName eq 5',
    'userName gt null',
    'meta.lastModified gt "yesterday"',
    'meta.lastModified co "2026"',
    'emails[type eq "work"',
    'emails[unknown eq "work"]',
    'emails[emails[type eq "work"]]',
    'userName[value eq "b"]',
    'password eq "b"',
    'not userName eq "b"',
    '',
  ])('refuses %j with invalidFilter', (filter) => {
    expect(refusal(filter)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });

  it('takes booleans in quotes from Entra, and refuses them in the strict dialect', () => {
    const filter = 'active eq "True"';
    expect(matches(parseFilter(userResourceType, filter, 'lenient'), user)).toBe(true);
    expect(refusal(filter).scimType).toBe('invalidFilter');
  });

  it('caps length, depth and number of terms', () => {
    const nested = (depth: number) => `${'('.repeat(depth)}active eq true${')'.repeat(depth)}`;
    expect(finds(nested(MAX_FILTER_DEPTH))).toBe(true);
    expect(refusal(nested(MAX_FILTER_DEPTH + 1)).detail).toContain('nested deeper');
    const chain = (terms: number) => Array.from({ length: terms }, () => 'active eq true').join(' or ');
    expect(finds(chain(MAX_FILTER_NODES / 2))).toBe(true);
    expect(refusal(chain(MAX_FILTER_NODES / 2 + 1)).detail).toContain('terms');
    expect(refusal(`userName eq "${'x'.repeat(8 * 1024)}"`).detail).toContain('characters');
  });

  it('never fails otherwise than with a ScimError, whatever it is given', () => {
    const fragment = fc.oneof(
      fc.constantFrom(
        'userName',
        'emails[',
        ']',
        '(',
        ')',
        'and',
        'or',
        'not',
        'eq',
        'pr',
        '"a"',
        '"',
        'null',
      ),
      fc.string({ maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 20 }), (parts) => {
        try {
          parseFilter(userResourceType, parts.join(' '), 'lenient');
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
        }
      }),
    );
  });

  it('takes any string as a value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (value) => {
        fc.pre(!value.includes('\0'));
        const filter = parseFilter(userResourceType, `externalId eq ${JSON.stringify(value)}`, 'strict');
        expect(matches(filter, { externalId: value })).toBe(true);
        expect(matches(filter, { externalId: `${value}x` })).toBe(false);
      }),
    );
  });
});
