import type { ConnectionView } from '@gatehouse/api-client';
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';

const words = messages.sso.connections;

/** How the connection's newest test sign-in ended; the gateway keeps the tests, newest first. */
export function LastTest({ accountId, connection }: { accountId: string; connection: ConnectionView }) {
  const tests = useQuery({
    queryKey: ['account', accountId, 'tests', connection.id],
    queryFn: () =>
      answerOf(
        api.GET('/api/v1/accounts/{accountId}/connections/{connectionId}/tests', {
          params: { path: { accountId, connectionId: connection.id } },
        }),
      ),
  });
  const newest = tests.data?.items[0];
  if (!newest) return <>{words.noTest}</>;
  return (
    <>
      {words.lastTest} {words.tests[newest.status] ?? newest.status}
    </>
  );
}
