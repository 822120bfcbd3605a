import { describe, expect, it } from 'vitest';
import { lookUpOf } from './look-up';

describe('what a look-up found', () => {
  it('is read from the problem', () => {
    const lookup = { outcome: 'absent', type: 'TXT', name: '_gatehouse.acme.test', found: ['v=spf1 -all'] };
    expect(lookUpOf({ extensions: { lookup } }, 'x')).toEqual({
      name: '_gatehouse.acme.test',
      found: ['v=spf1 -all'],
    });
  });

  it('falls back to the record that was asked for', () => {
    expect(lookUpOf({ extensions: {} }, '_gatehouse.acme.test')).toEqual({
      name: '_gatehouse.acme.test',
      found: [],
    });
  });
});
