import type { Protocol } from '@gatehouse/api-client';
import { Button, Radio, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { setupQuery } from '../api/session';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { ProblemAlert } from '../parts/problem-alert';
import classes from './dashboard.module.css';
import { Facts } from './facts';
import { StepFrame, type StepProps } from './step-frame';

const words = messages.setup.protocol;

export function ProtocolStep(props: StepProps) {
  return props.connection && props.connection.status !== 'active' ? (
    <Chosen {...props} connection={props.connection} />
  ) : (
    <Choose {...props} />
  );
}

function Choose({ setup }: StepProps) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [protocol, setProtocol] = useState<Protocol | null>(null);
  const [name, setName] = useState(setup.account.name);
  const create = useChange({
    run: (chosen: Protocol) =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/connections', {
          params: { path: { accountId: setup.account.id } },
          body: {
            protocol: chosen,
            provider: chosen,
            name: name.trim(),
            domainIds: setup.domains.map((domain) => domain.id),
          },
        }),
      ),
  });
  async function createAndGoOn(chosen: Protocol): Promise<void> {
    await create.mutateAsync(chosen);
    await queryClient.refetchQueries({ queryKey: setupQuery.queryKey });
    await navigate({ to: '/setup/$step', params: { step: 'values' } });
  }
  const missing = protocol === null ? words.choose : name.trim() === '' ? words.nameMissing : undefined;

  return (
    <StepFrame
      step="protocol"
      setup={setup}
      title={words.title}
      line={words.line}
      missing={missing}
      pending={create.isPending}
      // A refusal is shown from the mutation's state.
      onContinue={() => protocol !== null && void createAndGoOn(protocol).catch(() => undefined)}
    >
      <Radio.Group
        label={words.label}
        value={protocol}
        onChange={(value) => setProtocol(value === 'saml' ? 'saml' : 'oidc')}
      >
        <div className={classes.choices} style={{ marginTop: 8 }}>
          <Radio size="md" value="saml" label={words.saml} description={words.samlHint} />
          <Radio size="md" value="oidc" label={words.oidc} description={words.oidcHint} />
        </div>
      </Radio.Group>
      <TextInput
        label={words.name}
        description={words.nameHint}
        maw={360}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ProblemAlert error={create.error} />
    </StepFrame>
  );
}

function Chosen({ setup, connection }: StepProps & { connection: NonNullable<StepProps['connection']> }) {
  const [asking, setAsking] = useState(false);
  const startOver = useChange({
    run: () =>
      answerOf(
        api.DELETE('/api/v1/accounts/{accountId}/connections/{connectionId}', {
          params: { path: { accountId: setup.account.id, connectionId: connection.id } },
        }),
      ),
    onDone: () => setAsking(false),
  });
  return (
    <StepFrame step="protocol" setup={setup} title={words.title}>
      <Facts
        facts={[
          [words.label, messages.sso.connections.protocols[connection.protocol]],
          [words.name, connection.name],
        ]}
      />
      <Text size="sm">{words.fixed}</Text>
      <div>
        <Button variant="default" onClick={() => setAsking(true)}>
          {words.startOver}
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title={words.startOverTitle}
          consequence={words.startOverConsequence}
          action={words.startOver}
          typed={connection.name}
          pending={startOver.isPending}
          error={startOver.error}
          onConfirm={() => startOver.mutate()}
          onClose={() => setAsking(false)}
        />
      )}
    </StepFrame>
  );
}
