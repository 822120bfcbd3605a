import { describe, expect, it } from 'vitest';
import { canonicalEmail, emailDomain } from './email.js';

describe('canonicalEmail', () => {
  it.each([
    ['Mia@Acme.Test', 'mia@acme.test'],
    [' mia@acme.test ', 'mia@acme.test'],
    ['mia@bücher.example', 'mia@xn--bcher-kva.example'],
    ["o'neil+x@acme.test", "o'neil+x@acme.test"],
  ])('takes %s as %s', (input, expected) => expect(canonicalEmail(input)).toBe(expected));

  it.each([
    'mia',
    'mia@',
    '@acme.test',
    'mia@acme',
    'mia@acme.test.',
    'mia@evil.test@acme.test',
    '"mia"@acme.test',
    'mia@[127.0.0.1]',
    'mia@127.0.0.1',
    'mia..x@acme.test',
    'mia@acme.test\nbcc: x',
    'm\u0456a@acme.test',
    'mia@acme\u0000.test',
    'mi\u212aa@acme.test',
    `${'m'.repeat(65)}@acme.test`,
  ])('refuses %j', (input) => expect(canonicalEmail(input)).toBeUndefined());
});

it('names the domain of an address', () => expect(emailDomain('mia@acme.test')).toBe('acme.test'));
