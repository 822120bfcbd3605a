import { prepareSchemas } from '@gatehouse/database';
import { databaseProxy, testDatabase } from '@gatehouse/testing';
import { busConformance } from '@gatehouse/testing/bus-conformance';

busConformance('embedded', async () => {
  const database = await testDatabase();
  const owner = { schema: 'bus', role: 'gatehouse_bus', password: 'bus-password' };
  const { bus = '' } = await prepareSchemas(database.superuserUrl, [owner]);
  const proxy = await databaseProxy(bus);
  return {
    config: { kind: 'embedded', databaseUrl: proxy.url },
    away: async () => proxy.cut(),
    back: async () => proxy.restore(),
    close: async () => {
      await proxy.close();
      await database.drop();
    },
  };
});
