import {
  binary,
  complex,
  flag,
  plural,
  reference,
  type ResourceType,
  type Schema,
  text,
} from './attribute.js';

export const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const readOnly = { mutability: 'readOnly' } as const;

/** What events carry of a user is bounded: a broker takes no event of a megabyte. */
const nameLength = { maxLength: 1024 } as const;

/** RFC 7643 §4.1. */
const userSchema: Schema = {
  id: USER_SCHEMA,
  name: 'User',
  description: 'User Account',
  attributes: [
    text('userName', 'Unique name of the user in this directory, compared without case.', {
      required: true,
      uniqueness: 'server',
      maxLength: 512,
    }),
    complex('name', "The components of the user's name.", [
      text('formatted', 'The full name, as it is displayed.', nameLength),
      text('familyName', 'The family name.', nameLength),
      text('givenName', 'The given name.', nameLength),
      text('middleName', 'The middle name or names.'),
      text('honorificPrefix', 'Title before the name.'),
      text('honorificSuffix', 'Suffix after the name.'),
    ]),
    text('displayName', 'The name to display.', nameLength),
    text('nickName', 'The casual name.'),
    reference('profileUrl', 'A page about the user.', ['external']),
    text('title', 'Job title.'),
    text('userType', 'Relation to the organisation, for example Employee.'),
    text('preferredLanguage', 'Preferred languages, as in Accept-Language.'),
    text('locale', 'Default location for formats, a BCP 47 tag.'),
    text('timezone', 'IANA time zone.'),
    flag('active', 'False takes all access away.'),
    text('password', 'Accepted and never stored: people of a directory sign in through their organisation.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    plural('emails', 'Email addresses.', text('value', 'Email address.', { maxLength: 512 }), [
      'work',
      'home',
      'other',
    ]),
    plural('phoneNumbers', 'Phone numbers.', text('value', 'Phone number.'), [
      'work',
      'home',
      'mobile',
      'fax',
      'pager',
      'other',
    ]),
    plural('ims', 'Instant messaging addresses.', text('value', 'Instant messaging address.')),
    plural('photos', 'Pictures of the user.', reference('value', 'URL of the picture.', ['external']), [
      'photo',
      'thumbnail',
    ]),
    complex(
      'addresses',
      'Postal addresses.',
      [
        text('formatted', 'The full address, as it is displayed.'),
        text('streetAddress', 'Street, number, apartment.'),
        text('locality', 'City.'),
        text('region', 'State or region.'),
        text('postalCode', 'Postal code.'),
        text('country', 'Country, ISO 3166-1 alpha-2.'),
        text('type', 'What the address is for.', { canonicalValues: ['work', 'home', 'other'] }),
        flag('primary', 'True for at most one of the addresses.'),
      ],
      { multiValued: true },
    ),
    complex(
      'groups',
      'Groups that the user belongs to; changed through the groups.',
      [
        text('value', 'Identifier of the group.', { caseExact: true, ...readOnly }),
        reference('$ref', 'URI of the group.', ['Group'], readOnly),
        text('display', 'Name of the group.', readOnly),
        text('type', 'direct or indirect.', { canonicalValues: ['direct', 'indirect'], ...readOnly }),
      ],
      { multiValued: true, ...readOnly },
    ),
    plural('entitlements', 'Entitlements.', text('value', 'Entitlement.')),
    plural('roles', 'Roles.', text('value', 'Role.')),
    plural('x509Certificates', 'Certificates of the user.', binary('value', 'DER certificate, base64.')),
  ],
};

/** RFC 7643 §4.3. */
const enterpriseSchema: Schema = {
  id: ENTERPRISE_SCHEMA,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    text('employeeNumber', 'Identifier that the organisation gave.'),
    text('costCenter', 'Cost centre.'),
    text('organization', 'Organisation.'),
    text('division', 'Division.'),
    text('department', 'Department.'),
    complex('manager', "The user's manager.", [
      text('value', 'Identifier of the manager.', { caseExact: true }),
      reference('$ref', 'URI of the manager.', ['User']),
      text('displayName', 'Name of the manager.', readOnly),
    ]),
  ],
};

export const userResourceType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: userSchema,
  extensions: [enterpriseSchema],
};
