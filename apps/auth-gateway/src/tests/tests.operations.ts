import { idOf } from '@gatehouse/contracts';
import { operation, pageOf, pageQuery } from '@gatehouse/service-host';
import { z } from 'zod';

const connectionParams = z.object({ accountId: idOf('acct'), connectionId: idOf('conn') });

const testView = z.object({
  id: idOf('test'),
  status: z.enum(['pending', 'succeeded', 'failed', 'expired']),
  /** Reason code of a failure. */
  code: z.string().nullable(),
  checks: z.array(
    z.object({
      code: z.string(),
      ok: z.boolean(),
      expected: z.string().optional(),
      received: z.string().optional(),
      hint: z.string().optional(),
    }),
  ),
  profile: z.record(z.string(), z.unknown()).nullable(),
  createdAt: z.string(),
});

export const startTest = operation({
  id: 'startConnectionTest',
  method: 'POST',
  path: '/api/v1/accounts/:accountId/connections/:connectionId/test',
  tag: 'Connections',
  summary: 'Start a test sign-in',
  description:
    'Open `url` in a browser: a real sign-in by the present configuration, which makes no session.',
  access: ['admin', 'setup:sso'],
  params: connectionParams,
  responses: { 201: z.object({ id: idOf('test'), url: z.string() }) },
  problems: ['connection_incomplete'],
});

export const listTests = operation({
  id: 'listConnectionTests',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/connections/:connectionId/tests',
  tag: 'Connections',
  summary: 'Test sign-ins of a connection, newest first',
  access: ['admin', 'setup:sso'],
  params: connectionParams,
  query: pageQuery,
  responses: { 200: pageOf(testView) },
});

export const getTest = operation({
  id: 'getConnectionTest',
  method: 'GET',
  path: '/api/v1/accounts/:accountId/connections/:connectionId/tests/:testId',
  tag: 'Connections',
  summary: 'The result of a test sign-in',
  access: ['admin', 'setup:sso'],
  params: connectionParams.extend({ testId: idOf('test') }),
  responses: { 200: testView },
});
