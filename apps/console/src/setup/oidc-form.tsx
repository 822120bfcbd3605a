import type { ConnectionView } from '@gatehouse/api-client';
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from 'react-hook-form';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';

const words = messages.setup.metadata;

interface Fields {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export function OidcForm({ accountId, connection }: { accountId: string; connection: ConnectionView }) {
  const connectionId = connection.id;
  const saved = connection.oidc;
  const form = useForm<Fields>({
    defaultValues: { issuer: saved?.issuer ?? '', clientId: saved?.clientId ?? '', clientSecret: '' },
  });
  const { errors } = form.formState;
  const save = useChange({
    run: ({ issuer, clientId, clientSecret }: Fields) =>
      answerOf(
        api.PUT('/api/v1/accounts/{accountId}/connections/{connectionId}/oidc', {
          params: { path: { accountId, connectionId } },
          body: {
            issuer: issuer.trim(),
            clientId: clientId.trim(),
            ...(clientSecret.trim() === '' ? {} : { clientSecret: clientSecret.trim() }),
          },
        }),
      ),
    said: messages.common.savedNow,
    onDone: () => form.resetField('clientSecret'),
  });
  return (
    <form onSubmit={(event) => void form.handleSubmit((fields) => save.mutate(fields))(event)} noValidate>
      <Stack>
        <TextInput
          label={words.issuer}
          description={words.issuerHint}
          inputMode="url"
          autoComplete="off"
          error={errors.issuer?.message}
          {...form.register('issuer', {
            validate: (value) => /^https?:\/\/\S+$/.test(value.trim()) || words.issuerInvalid,
          })}
        />
        <TextInput
          label={words.clientId}
          autoComplete="off"
          error={errors.clientId?.message}
          {...form.register('clientId', {
            validate: (value) => value.trim() !== '' || words.clientIdMissing,
          })}
        />
        <PasswordInput
          label={words.clientSecret}
          description={saved === null ? words.clientSecretHint : words.clientSecretKept}
          autoComplete="off"
          error={errors.clientSecret?.message}
          {...form.register('clientSecret', {
            validate: (value) => saved !== null || value.trim() !== '' || words.clientSecretMissing,
          })}
        />
        <ProblemAlert error={save.error} />
        <div>
          <Button type="submit" variant="light" loading={save.isPending}>
            {words.understand}
          </Button>
          {save.isSuccess && (
            <Text size="sm" c="dimmed" mt={4}>
              {messages.common.savedNow}
            </Text>
          )}
        </div>
      </Stack>
    </form>
  );
}
