import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { answerOf, api } from '../api/client';
import { isProblem } from '../api/problem';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { CentredPage } from '../shell/centred-page';
import { useFragmentToken } from './fragment-token';
import { IncompleteLink } from './incomplete-link';

interface Fields {
  name: string;
  password: string;
}

export function InvitationPage() {
  const token = useFragmentToken();
  const form = useForm<Fields>({ defaultValues: { name: '', password: '' } });
  const { errors } = form.formState;
  const accept = useMutation({
    mutationFn: ({ name, password }: Fields) =>
      answerOf(
        api.POST('/auth/invitations/accept', {
          body: { token, name: name.trim(), ...(password === '' ? {} : { password }) },
        }),
      ),
    onSuccess: ({ next, accountId }) =>
      window.location.assign(next === 'sso' ? `/sign-in?returnTo=/accounts/${accountId}/sso` : '/'),
  });

  if (token === '') return <IncompleteLink />;
  return (
    <CentredPage title={messages.signIn.invitationTitle} line={messages.signIn.invitationLine}>
      <form onSubmit={(event) => void form.handleSubmit((fields) => accept.mutate(fields))(event)} noValidate>
        <Stack>
          <TextInput
            label={messages.signIn.name}
            autoComplete="name"
            autoFocus
            error={errors.name?.message}
            {...form.register('name', {
              validate: (value) => value.trim() !== '' || messages.signIn.nameMissing,
            })}
          />
          <PasswordInput
            label={messages.signIn.password}
            description={messages.signIn.newPasswordHint}
            autoComplete="new-password"
            error={errors.password?.message}
            {...form.register('password')}
          />
          <ProblemAlert error={accept.error} />
          {isProblem(
            accept.error,
            'token_invalid',
            'link_invalid',
            'link_used',
            'link_expired',
            'link_revoked',
          ) && <Text size="sm">{messages.signIn.linkUnusable}</Text>}
          <Button type="submit" loading={accept.isPending || accept.isSuccess}>
            {messages.signIn.accept}
          </Button>
        </Stack>
      </form>
    </CentredPage>
  );
}
