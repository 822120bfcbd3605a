import { Anchor, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { CentredPage } from '../shell/centred-page';
import { useFragmentToken } from './fragment-token';
import { IncompleteLink } from './incomplete-link';

export function ResetPage() {
  const token = useFragmentToken();
  const form = useForm({ defaultValues: { password: '' } });
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) =>
      answerOf(api.POST('/auth/password/reset', { body: { token, password } })),
  });

  if (token === '') return <IncompleteLink />;
  if (reset.isSuccess) {
    return (
      <CentredPage title={messages.signIn.resetTitle}>
        <Text role="status" size="sm">
          {messages.signIn.resetDone}
        </Text>
        <Anchor component={Link} to="/sign-in" size="sm" underline="always">
          {messages.signIn.toSignIn}
        </Anchor>
      </CentredPage>
    );
  }
  return (
    <CentredPage title={messages.signIn.resetTitle} line={messages.signIn.resetLine}>
      <form onSubmit={(event) => void form.handleSubmit((fields) => reset.mutate(fields))(event)} noValidate>
        <Stack>
          <PasswordInput
            label={messages.signIn.newPassword}
            description={messages.signIn.newPasswordHint}
            autoComplete="new-password"
            autoFocus
            error={form.formState.errors.password?.message}
            {...form.register('password', { required: messages.signIn.passwordMissing })}
          />
          <ProblemAlert error={reset.error} />
          <Button type="submit" loading={reset.isPending}>
            {messages.signIn.resetSave}
          </Button>
        </Stack>
      </form>
    </CentredPage>
  );
}
