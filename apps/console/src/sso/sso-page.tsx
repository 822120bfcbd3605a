import { Alert, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { accountQuery, connectionsQuery } from '../api/account-queries';
import { messages } from '../messages';
import { Icon } from '../parts/icons';
import { ProblemAlert } from '../parts/problem-alert';
import { StatusPill } from '../parts/status-pill';
import { PageHead } from '../shell/page-head';
import { ConnectionsCard } from './connections-card';
import { DomainsCard } from './domains-card';
import { LinksCard } from './links-card';
import { PolicyCard } from './policy-card';
import { ScimCard } from './scim-card';

export function SsoPage() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId/sso' });
  const account = useQuery(accountQuery(accountId));
  const connections = useQuery(connectionsQuery(accountId));
  const enabled = connections.data?.some((connection) => connection.status === 'active');

  return (
    <Stack gap="md">
      <PageHead
        title={messages.sso.title}
        line={messages.sso.line}
        status={
          enabled === undefined ? undefined : enabled ? (
            <StatusPill tone="good" icon="shieldCheck">
              {messages.sso.enabled}
            </StatusPill>
          ) : (
            <StatusPill tone="waiting" icon="shield">
              {messages.sso.notConfigured}
            </StatusPill>
          )
        }
      />
      <ProblemAlert error={account.error} />
      {account.data && account.data.plan !== 'enterprise' && (
        <Alert color="yellow" variant="light" icon={<Icon name="lock" />} title={messages.sso.planTitle}>
          <Text size="sm">{messages.sso.planLine}</Text>
        </Alert>
      )}
      <DomainsCard accountId={accountId} />
      <LinksCard accountId={accountId} />
      <ConnectionsCard accountId={accountId} />
      <ScimCard accountId={accountId} />
      <PolicyCard accountId={accountId} slug={account.data?.slug} />
    </Stack>
  );
}
