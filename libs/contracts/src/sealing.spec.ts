import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newId } from './ids.js';
import { parseSealingKeys, seal, unseal } from './sealing.js';

const newKey = () => randomBytes(32).toString('base64url');
const oldKey = newKey();
const keys = parseSealingKeys(`${newKey()}, ${oldKey}`);
const binding = { accountId: newId('acct'), connectionId: newId('conn') };

describe('sealing', () => {
  it('opens for the account and connection that it was sealed for, and for no other', async () => {
    const sealed = await seal(keys, binding, 'client secret');
    expect(sealed).not.toContain('client secret');
    expect(await unseal(keys, binding, sealed)).toBe('client secret');
    for (const other of [
      { ...binding, accountId: newId('acct') },
      { ...binding, connectionId: newId('conn') },
    ]) {
      await expect(unseal(keys, other, sealed)).rejects.toMatchObject({ code: 'wrong_binding' });
    }
  });

  it('refuses a header that was changed to name another connection', async () => {
    const other = { ...binding, connectionId: newId('conn') };
    const [, ...rest] = (await seal(keys, binding, 'x')).split('.');
    const [header] = (await seal(keys, other, 'x')).split('.');
    await expect(unseal(keys, other, [header, ...rest].join('.'))).rejects.toMatchObject({ code: 'damaged' });
  });

  it('opens what an older key sealed, and says when the key is gone', async () => {
    const sealed = await seal(parseSealingKeys(oldKey), binding, 'x');
    expect(await unseal(keys, binding, sealed)).toBe('x');
    await expect(unseal(parseSealingKeys(newKey()), binding, sealed)).rejects.toMatchObject({
      code: 'unknown_key',
    });
  });

  it('refuses damage', async () => {
    const sealed = await seal(keys, binding, 'x');
    await expect(unseal(keys, binding, 'not a JWE')).rejects.toMatchObject({ code: 'damaged' });
    await expect(unseal(keys, binding, `${sealed.slice(0, -6)}AAAAAA`)).rejects.toMatchObject({
      code: 'damaged',
    });
  });

  it('refuses keys of another length, without showing them', () => {
    const short = randomBytes(31).toString('base64url');
    expect(() => parseSealingKeys(`${oldKey},${short}`)).toThrow('sealing key 2 is not 32 bytes');
    expect(() => parseSealingKeys(short)).not.toThrow(short);
    expect(parseSealingKeys(oldKey)).toHaveLength(1);
  });
});
