import { directoriesTopic, directoryUsersTopic } from '@gatehouse/contracts';
import { Database } from '@gatehouse/database';
import { Outbox, republish } from '@gatehouse/eventing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Fixture, startFixture } from './directory-sync.fixture.js';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(() => fixture.close());

const user = (userName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName });

it('publishes the present state of all directories, and of the users of those that were ever live', async () => {
  const accountId = await fixture.enterpriseAccount();
  const live = await fixture.directory(accountId);
  const shadow = await fixture.directory(accountId);
  const kept = String((await live.post('/Users', user('kept@acme.test'))).body['id']);
  const off = String((await live.post('/Users', { ...user('off@acme.test'), active: false })).body['id']);
  const hidden = String((await shadow.post('/Users', user('hidden@acme.test'))).body['id']);
  const path = `/api/v1/accounts/${accountId}/directories`;
  await fixture.admin(accountId).patch(`${path}/${live.directoryId}`, { status: 'disabled' });
  await fixture.admin(accountId).delete(`${path}/${shadow.directoryId}`);
  const before = await fixture.userEvents(kept);

  const options = { database: fixture.app.get(Database), outbox: fixture.app.get(Outbox), pauseMs: 0 };
  expect(await republish(directoriesTopic.name, options)).toBe(2);
  expect(await republish(directoryUsersTopic.name, options)).toBe(2);

  const again = (await fixture.userEvents(kept)).at(-1);
  const { receivedAt: _, ...state } = before.at(-1)!.data;
  expect(again).toMatchObject({ type: 'UserUpdated', data: state });
  expect((await fixture.userEvents(off)).at(-1)).toMatchObject({
    type: 'UserDeprovisioned',
    data: { active: false, reason: 'created_inactive' },
  });
  expect(await fixture.userEvents(hidden)).toEqual([]);
  expect((await fixture.directoryEvents(live.directoryId)).at(-1)).toMatchObject({
    data: { status: 'disabled' },
  });
  expect((await fixture.directoryEvents(shadow.directoryId)).at(-1)).toMatchObject({
    type: 'DirectoryRemoved',
    data: { status: 'removed' },
  });
});

it('publishes users again that were deleted: whoever did not hear of it would let them in for ever', async () => {
  const accountId = await fixture.enterpriseAccount();
  const live = await fixture.directory(accountId);
  const shadow = await fixture.directory(accountId);
  const gone = String((await live.post('/Users', user('gone@acme.test'))).body['id']);
  const hidden = String((await shadow.post('/Users', user('gone@acme.test'))).body['id']);
  await live.delete(`/Users/${gone}`);
  await shadow.delete(`/Users/${hidden}`);
  const said = (await fixture.userEvents(gone)).at(-1)!;
  expect(said.data).toMatchObject({ active: false, status: 'removed', reason: 'deleted' });

  await republish(directoryUsersTopic.name, {
    database: fixture.app.get(Database),
    outbox: fixture.app.get(Outbox),
    pauseMs: 0,
  });
  const all = await fixture.userEvents(gone);
  expect(all).toHaveLength(3);
  expect(all.at(-1)).toMatchObject({
    type: 'UserDeprovisioned',
    // Nothing personal is kept of somebody who is gone.
    data: {
      id: gone,
      version: said.data.version,
      directoryId: live.directoryId,
      accountId,
      active: false,
      status: 'removed',
      reason: 'deleted',
      email: '',
      userName: '',
    },
  });
  expect(await fixture.userEvents(hidden)).toEqual([]);
});
