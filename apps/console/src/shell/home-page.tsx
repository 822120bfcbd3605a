import type { SessionView } from '@gatehouse/api-client';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { sessionQuery } from '../api/session';
import { messages } from '../messages';
import { Row, Rows } from '../parts/rows';
import { StatusPill } from '../parts/status-pill';
import { CentredPage } from './centred-page';
import { SignOutButton } from './sign-out-button';

type AccountOfSession = SessionView['accounts'][number];

/** Which account? Straight to it where there is only one. */
export function HomePage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [only, another] = session.accounts;
  if (only?.access.allowed === true && another === undefined) {
    return <Navigate to="/accounts/$accountId/sso" params={{ accountId: only.id }} replace />;
  }
  return (
    <CentredPage
      title={messages.common.accounts}
      line={session.accounts.length > 0 ? messages.common.accountsLine : messages.common.noAccounts}
    >
      <Stack>
        {session.accounts.length > 0 && (
          <Rows label={messages.common.accounts}>
            {session.accounts.map((account) => (
              <AccountRow key={account.id} account={account} email={session.user.email} />
            ))}
          </Rows>
        )}
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            {session.user.email}
          </Text>
          <SignOutButton />
        </Group>
      </Stack>
    </CentredPage>
  );
}

function AccountRow({ account, email }: { account: AccountOfSession; email: string }) {
  const name = account.name ?? account.slug;
  return (
    <Row
      main={
        <>
          <Text size="sm" fw={500}>
            {name}
          </Text>
          <Text size="sm" c="dimmed">
            {account.access.allowed ? messages.common.roles[account.role] : reasonText(account.access.reason)}
          </Text>
        </>
      }
      aside={
        account.access.allowed ? (
          <OpenLink accountId={account.id} name={name} />
        ) : (
          <NoAccess reason={account.access.reason} email={email} />
        )
      }
    />
  );
}

function OpenLink({ accountId, name }: { accountId: string; name: string }) {
  return (
    <Button
      variant="default"
      aria-label={`${messages.common.open} ${name}`}
      renderRoot={(props) => <Link to="/accounts/$accountId/sso" params={{ accountId }} {...props} />}
    >
      {messages.common.open}
    </Button>
  );
}

function NoAccess({ reason, email }: { reason: string | undefined; email: string }) {
  if (reason !== 'sso_required') return <StatusPill tone="bad">No access</StatusPill>;
  return (
    <Button
      component="a"
      href={`/auth/sso?email=${encodeURIComponent(email)}&returnTo=%2F`}
      variant="default"
    >
      {messages.common.signInWithOrganisation}
    </Button>
  );
}

export function reasonText(reason: string | undefined): string {
  return messages.common.accessReasons[reason ?? ''] ?? messages.common.noAccess;
}
