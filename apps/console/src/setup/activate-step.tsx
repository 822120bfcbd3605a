import { Alert, Button, Text } from '@mantine/core';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { Icon } from '../parts/icons';
import { ProblemAlert } from '../parts/problem-alert';
import { StepFrame, type StepProps } from './step-frame';
import { isLive } from './steps';

const words = messages.setup.activate;

export function ActivateStep({ setup, connection }: StepProps) {
  const activate = useChange({
    run: (connectionId: string) =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/connections/{connectionId}/activate', {
          params: { path: { accountId: setup.account.id, connectionId } },
        }),
      ),
    said: words.active,
  });
  const active = connection !== undefined && isLive(connection);
  const allowed = setup.mayActivate;
  const domains = setup.domains.map((domain) => domain.name).join(', ');
  return (
    <StepFrame
      step="activate"
      setup={setup}
      title={words.title}
      line={words.line(domains)}
      missing={active || !allowed ? undefined : words.needActive}
    >
      {active ? (
        <Alert color="green" variant="light" icon={<Icon name="check" />} title={words.active} />
      ) : allowed ? (
        <>
          <Text size="sm">{words.warn}</Text>
          <ProblemAlert error={activate.error} />
          <div>
            <Button loading={activate.isPending} onClick={() => connection && activate.mutate(connection.id)}>
              {words.action}
            </Button>
          </div>
        </>
      ) : (
        <Text size="sm">{words.notAllowed}</Text>
      )}
    </StepFrame>
  );
}
