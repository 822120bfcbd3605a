import type { SessionView, SetupView } from '@gatehouse/api-client';
import { queryOptions } from '@tanstack/react-query';
import { answerOf, api, rememberCsrf } from './client';

/** Who is signed in. Fails with 401 when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 60_000,
  queryFn: async (): Promise<SessionView> => {
    const session = await answerOf(api.GET('/auth/session'));
    rememberCsrf('account', session.csrfToken);
    return session;
  },
});

/** The set-up session of a link's holder. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: async (): Promise<SetupView> => {
    const setup = await answerOf(api.GET('/api/v1/setup'));
    rememberCsrf('setup', setup.csrfToken);
    return setup;
  },
});
