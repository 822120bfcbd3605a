import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { announce } from '../parts/announce';
import { answerOf, api } from './client';
import { allItems } from './pages';

const key = (accountId: string, ...rest: string[]) => ['account', accountId, ...rest];

const of = (accountId: string) => ({ path: { accountId } });

const at = (accountId: string, cursor: string | undefined) => ({
  path: { accountId },
  query: cursor === undefined ? {} : { cursor },
});

/** Shown while the page is open; others, an IT admin for one, change it meanwhile. */
const LIVE_MS = 10_000;

export const accountQuery = (accountId: string) =>
  queryOptions({
    queryKey: key(accountId, 'account'),
    queryFn: () => answerOf(api.GET('/api/v1/accounts/{accountId}', { params: of(accountId) })),
  });

export const domainsQuery = (accountId: string) =>
  queryOptions({
    queryKey: key(accountId, 'domains'),
    queryFn: () =>
      allItems((cursor) =>
        answerOf(api.GET('/api/v1/accounts/{accountId}/domains', { params: at(accountId, cursor) })),
      ),
  });

export const connectionsQuery = (accountId: string) =>
  queryOptions({
    queryKey: key(accountId, 'connections'),
    refetchInterval: LIVE_MS,
    queryFn: () =>
      allItems((cursor) =>
        answerOf(api.GET('/api/v1/accounts/{accountId}/connections', { params: at(accountId, cursor) })),
      ),
  });

export const setupLinksQuery = (accountId: string) =>
  queryOptions({
    queryKey: key(accountId, 'setup-links'),
    refetchInterval: LIVE_MS,
    queryFn: () =>
      allItems((cursor) =>
        answerOf(api.GET('/api/v1/accounts/{accountId}/setup-links', { params: at(accountId, cursor) })),
      ),
  });

/** Not paged: an account has one live directory, and a directory two tokens. */
export const directoriesQuery = (accountId: string) =>
  queryOptions({
    queryKey: key(accountId, 'directories'),
    refetchInterval: 3_000,
    queryFn: async () =>
      (await answerOf(api.GET('/api/v1/accounts/{accountId}/directories', { params: of(accountId) }))).items,
  });

export const directoryTokensQuery = (accountId: string, directoryId: string) =>
  queryOptions({
    queryKey: key(accountId, 'directory-tokens', directoryId),
    queryFn: async () => {
      const params = { path: { accountId, directoryId } };
      const path = '/api/v1/accounts/{accountId}/directories/{directoryId}/tokens';
      return (await answerOf(api.GET(path, { params }))).items;
    },
  });

export const policyQuery = (accountId: string) =>
  queryOptions({
    queryKey: key(accountId, 'policy'),
    queryFn: () => answerOf(api.GET('/api/v1/accounts/{accountId}/sso/policy', { params: of(accountId) })),
  });

export const apiKeysQuery = (accountId: string) =>
  queryOptions({
    queryKey: key(accountId, 'api-keys'),
    queryFn: () =>
      allItems((cursor) =>
        answerOf(api.GET('/api/v1/accounts/{accountId}/api-keys', { params: at(accountId, cursor) })),
      ),
  });

interface Change<I, O> {
  run: (input: I) => Promise<O>;
  /** What a screen reader says when it is done. */
  said?: string | ((input: I) => string);
  onDone?: (output: O, input: I) => void;
}

/** A write to the account, or to a set-up; what the page shows of it is read again. */
export function useChange<I = void, O = unknown>({ run, said, onDone }: Change<I, O>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: async (output: O, input: I) => {
      if (said !== undefined) announce(typeof said === 'function' ? said(input) : said);
      onDone?.(output, input);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['account'] }),
        queryClient.invalidateQueries({ queryKey: ['setup'] }),
      ]);
    },
  });
}
