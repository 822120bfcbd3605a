import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { CentredPage } from '../shell/centred-page';
import { EMAIL } from './email';

export function ForgotPage() {
  const form = useForm({ defaultValues: { email: '' } });
  const request = useMutation({
    mutationFn: ({ email }: { email: string }) =>
      answerOf(api.POST('/auth/password/reset-request', { body: { email: email.trim() } })),
  });
  return (
    <CentredPage title={messages.signIn.forgotTitle} line={messages.signIn.forgotLine}>
      {request.isSuccess ? (
        <Text role="status" size="sm">
          {messages.signIn.forgotSent}
        </Text>
      ) : (
        <form
          onSubmit={(event) => void form.handleSubmit((fields) => request.mutate(fields))(event)}
          noValidate
        >
          <Stack>
            <TextInput
              label={messages.signIn.email}
              type="email"
              autoComplete="username"
              autoFocus
              error={form.formState.errors.email?.message}
              {...form.register('email', {
                validate: (value) => EMAIL.test(value.trim()) || messages.signIn.emailInvalid,
              })}
            />
            <ProblemAlert error={request.error} />
            <Button type="submit" loading={request.isPending}>
              {messages.signIn.forgotSend}
            </Button>
          </Stack>
        </form>
      )}
      <Anchor component={Link} to="/sign-in" size="sm" underline="always">
        {messages.signIn.toSignIn}
      </Anchor>
    </CentredPage>
  );
}
