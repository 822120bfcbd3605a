import { Paper, Stack, Text, Title } from '@mantine/core';
import { messages } from '../messages';
import { Facts } from './facts';
import { OidcForm } from './oidc-form';
import { SamlForm } from './saml-form';
import { StepFrame, type StepProps } from './step-frame';
import { isConfigured } from './steps';
import { understoodOf } from './understood';

const words = messages.setup.metadata;

export function MetadataStep({ setup, connection }: StepProps) {
  const isOidc = connection?.protocol === 'oidc';
  const configured = connection !== undefined && isConfigured(connection);
  const Form = isOidc ? OidcForm : SamlForm;
  return (
    <StepFrame
      step="metadata"
      setup={setup}
      title={isOidc ? words.oidcTitle : words.samlTitle}
      line={isOidc ? words.oidcLine : words.samlLine}
      missing={configured ? undefined : words.saveFirst}
    >
      {connection && configured && (
        <Paper component="section" aria-label={words.understood} withBorder p="md">
          <Stack gap="xs">
            <Title order={2}>{words.understood}</Title>
            <Facts facts={understoodOf(connection)} />
            <Text size="sm" c="dimmed">
              {words.replace}
            </Text>
          </Stack>
        </Paper>
      )}
      {connection && <Form accountId={setup.account.id} connection={connection} />}
    </StepFrame>
  );
}
