import { expect, it } from 'vitest';
import { schemaDifferences } from '@gatehouse/database';
import { Gateway } from '../gateway.fixture.js';

it('the migrated schema equals the entities', async () => {
  const gateway = await Gateway.start();
  try {
    expect(await schemaDifferences(gateway.database)).toEqual([]);
  } finally {
    await gateway.close();
  }
});
