import type { ConnectionView } from '@gatehouse/api-client';
import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { connectionsQuery, useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { ProblemAlert } from '../parts/problem-alert';
import { Row, Rows } from '../parts/rows';
import { CardSkeleton, SectionCard } from '../parts/section-card';
import { StatusPill, type Tone } from '../parts/status-pill';
import { LastTest } from './last-test';

const words = messages.sso.connections;

const tones: Record<ConnectionView['status'], Tone> = {
  draft: 'waiting',
  tested: 'info',
  active: 'good',
  disabled: 'quiet',
  suspended: 'bad',
};

export function ConnectionsCard({ accountId }: { accountId: string }) {
  const connections = useQuery(connectionsQuery(accountId));
  return (
    <SectionCard icon="plug" title={words.title} line={words.line}>
      <ProblemAlert error={connections.error} />
      {connections.isPending && <CardSkeleton />}
      {connections.data?.length === 0 && <Text size="sm">{words.empty}</Text>}
      {connections.data !== undefined && connections.data.length > 0 && (
        <Rows label={words.title}>
          {connections.data.map((connection) => (
            <ConnectionRow key={connection.id} accountId={accountId} connection={connection} />
          ))}
        </Rows>
      )}
    </SectionCard>
  );
}

/** A configuration that was tested and is not what members sign in with: a first one, a disabled one, an edit. */
function canActivate({ status, configVersion, testedVersion, liveVersion }: ConnectionView): boolean {
  if (status === 'suspended' || testedVersion !== configVersion) return false;
  return status !== 'active' || liveVersion !== configVersion;
}

type Action = 'activate' | 'disable' | 'remove';

function ConnectionRow({ accountId, connection }: { accountId: string; connection: ConnectionView }) {
  const [asking, setAsking] = useState<Action | null>(null);
  const { name, status } = connection;
  return (
    <Row
      main={
        <>
          <Text size="sm" fw={500}>
            {name}
          </Text>
          <Text size="sm" c="dimmed" component="div">
            {words.protocols[connection.protocol]} ·{' '}
            {connection.domains.map((domain) => domain.name).join(', ')} ·{' '}
            <LastTest accountId={accountId} connection={connection} />
          </Text>
        </>
      }
      aside={
        <>
          <StatusPill tone={tones[status]}>{words.statuses[status]}</StatusPill>
          {canActivate(connection) && (
            <Button aria-label={words.activateLabel(name)} onClick={() => setAsking('activate')}>
              {words.activate}
            </Button>
          )}
          {status === 'active' && (
            <Button
              variant="default"
              aria-label={words.disableLabel(name)}
              onClick={() => setAsking('disable')}
            >
              {words.disable}
            </Button>
          )}
          {status !== 'active' && (
            <Button
              variant="default"
              aria-label={words.removeLabel(name)}
              onClick={() => setAsking('remove')}
            >
              {words.remove}
            </Button>
          )}
        </>
      }
      below={
        asking && (
          <ActionDialog
            accountId={accountId}
            connection={connection}
            action={asking}
            onClose={() => setAsking(null)}
          />
        )
      }
    />
  );
}

interface ActionDialogProps {
  accountId: string;
  connection: ConnectionView;
  action: Action;
  onClose: () => void;
}

function ActionDialog({ accountId, connection, action, onClose }: ActionDialogProps) {
  const params = { path: { accountId, connectionId: connection.id } };
  const calls: Record<Action, () => Promise<unknown>> = {
    activate: () =>
      answerOf(api.POST('/api/v1/accounts/{accountId}/connections/{connectionId}/activate', { params })),
    disable: () =>
      answerOf(api.POST('/api/v1/accounts/{accountId}/connections/{connectionId}/disable', { params })),
    remove: () => answerOf(api.DELETE('/api/v1/accounts/{accountId}/connections/{connectionId}', { params })),
  };
  const change = useChange({ run: () => calls[action](), onDone: onClose });
  const domains = connection.domains.map((domain) => domain.name).join(', ') || words.noOne;
  const text = {
    activate: {
      title: words.activateTitle(connection.name),
      consequence: words.activateConsequence(domains),
      action: words.activate,
    },
    disable: {
      title: words.disableTitle(connection.name),
      consequence: words.disableConsequence(domains),
      action: words.disable,
    },
    remove: {
      title: words.removeTitle(connection.name),
      consequence: words.removeConsequence(domains),
      action: words.remove,
    },
  }[action];
  return (
    <ConfirmDialog
      {...text}
      danger={action !== 'activate'}
      {...(action === 'remove' ? { typed: connection.name } : {})}
      pending={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    />
  );
}
