import { Anchor, Box, Button, Group, Paper, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { sessionQuery } from '../api/session';
import { messages } from '../messages';
import classes from './account-shell.module.css';
import { Brand } from './brand';
import { CentredPage } from './centred-page';
import { NotFoundPage } from './failure-pages';
import { reasonText } from './home-page';
import { SchemeToggle } from './scheme-toggle';
import { SignOutButton } from './sign-out-button';

const places = [
  { to: '/accounts/$accountId/sso', name: messages.common.navSso },
  { to: '/accounts/$accountId/members', name: messages.common.navMembers },
  { to: '/accounts/$accountId/api-keys', name: messages.common.navApiKeys },
] as const;

/** The frame of an account's pages; explains itself to those who may not see them. */
export function AccountShell() {
  const { accountId } = useParams({ from: '/signed-in/accounts/$accountId' });
  const { data: session } = useSuspenseQuery(sessionQuery);
  const account = session.accounts.find((one) => one.id === accountId || one.slug === accountId);

  if (!account) return <NotFoundPage />;
  if (!account.access.allowed)
    return <Refused reason={account.access.reason} email={session.user.email} accountId={account.id} />;
  if (account.role === 'member') return <AdminsOnly />;

  return (
    <>
      <a href="#content" className="gh-skip">
        {messages.common.skip}
      </a>
      <Paper component="header" radius={0} className={classes.header}>
        <Group justify="space-between" gap="xs" className={classes.inner}>
          <Group gap="md">
            <Anchor component={Link} to="/" c="inherit" underline="never">
              <Brand />
            </Anchor>
            <Text size="sm" c="dimmed">
              {account.name ?? account.slug}
            </Text>
          </Group>
          <Group gap="xs">
            <Text size="sm" c="dimmed" visibleFrom="sm">
              {session.user.email}
            </Text>
            <SchemeToggle />
            <SignOutButton />
          </Group>
        </Group>
        <nav aria-label={messages.common.nav} className={classes.inner}>
          <ul className={classes.places}>
            {places.map((place) => (
              <li key={place.to}>
                <Link
                  to={place.to}
                  params={{ accountId }}
                  className={classes.place}
                  activeProps={{ 'aria-current': 'page' }}
                >
                  {place.name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </Paper>
      <Box component="main" id="content" tabIndex={-1} className={classes.content}>
        <Outlet />
      </Box>
    </>
  );
}

function Refused({
  reason,
  email,
  accountId,
}: {
  reason: string | undefined;
  email: string;
  accountId: string;
}) {
  const returnTo = `/accounts/${accountId}/sso`;
  return (
    <CentredPage title={messages.common.noAccess} line={reasonText(reason)}>
      {reason === 'sso_required' && (
        <Button
          component="a"
          href={`/auth/sso?email=${encodeURIComponent(email)}&returnTo=${encodeURIComponent(returnTo)}`}
        >
          {messages.common.signInWithOrganisation}
        </Button>
      )}
      <SignOutButton />
    </CentredPage>
  );
}

function AdminsOnly() {
  return (
    <CentredPage title={messages.common.adminOnlyTitle} line={messages.common.adminOnly}>
      <SignOutButton />
    </CentredPage>
  );
}
