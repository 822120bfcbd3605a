import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { answerOf, api } from '../api/client';
import { safeReturnTo, ssoAddress } from '../api/return-to';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { CentredPage } from '../shell/centred-page';
import { EMAIL } from './email';

interface Fields {
  email: string;
  password: string;
}

/**
 * Email first; the answer of discovery decides between the organisation's sign-in and a password. Discovery knows
 * domains, not people: who is exempt (an admin, while the identity provider is down) asks for the password field.
 */
export function SignInPage() {
  const { returnTo } = useSearch({ from: '/sign-in' });
  const target = safeReturnTo(returnTo ?? '/', window.location.origin);
  const [askedForPassword, setAskedForPassword] = useState(false);
  const form = useForm<Fields>({ defaultValues: { email: '', password: '' } });
  const { errors } = form.formState;

  const discover = useMutation({
    mutationFn: async (email: string) => {
      const found = await answerOf(api.POST('/auth/discover', { body: { email } }));
      if (found.method === 'password') return 'password' as const;
      const address = ssoAddress(found.url, target, window.location.origin);
      if (address === null) return 'elsewhere' as const;
      window.location.assign(address);
      return 'sso' as const;
    },
  });
  const signIn = useMutation({
    mutationFn: (fields: Fields) => answerOf(api.POST('/auth/password', { body: fields })),
    // A full load: nothing that was read before this sign-in stays in memory.
    onSuccess: () => window.location.assign(target),
    onError: () => form.setFocus('password'),
  });
  const byPassword = askedForPassword || discover.data === 'password';

  const submit = form.handleSubmit(({ email, password }) => {
    if (byPassword) signIn.mutate({ email: email.trim(), password });
    else discover.mutate(email.trim());
  });

  if (discover.data === 'sso')
    return (
      <CentredPage title={messages.signIn.title} line={messages.signIn.redirecting}>
        {null}
      </CentredPage>
    );

  return (
    <CentredPage title={messages.signIn.title} line={messages.signIn.line}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput
            label={messages.signIn.email}
            type="email"
            autoComplete="username"
            autoFocus
            readOnly={discover.data === 'password'}
            error={errors.email?.message}
            {...form.register('email', {
              validate: (value) => EMAIL.test(value.trim()) || messages.signIn.emailInvalid,
            })}
          />
          {byPassword && (
            <PasswordInput
              label={messages.signIn.password}
              autoComplete="current-password"
              autoFocus={discover.data === 'password'}
              error={errors.password?.message}
              {...form.register('password', { required: messages.signIn.passwordMissing })}
            />
          )}
          <ProblemAlert error={signIn.error ?? discover.error} />
          {discover.data === 'elsewhere' && (
            <Text role="alert" size="sm">
              {messages.signIn.wrongAddress}
            </Text>
          )}
          <Button type="submit" loading={discover.isPending || signIn.isPending || signIn.isSuccess}>
            {byPassword ? messages.signIn.signIn : messages.signIn.continue}
          </Button>
          {!byPassword && (
            <Button variant="default" onClick={() => setAskedForPassword(true)}>
              {messages.signIn.withPassword}
            </Button>
          )}
          {byPassword && (
            <>
              <Anchor component={Link} to="/forgot" size="sm" underline="always">
                {messages.signIn.forgot}
              </Anchor>
              <Button
                variant="default"
                onClick={() => {
                  setAskedForPassword(false);
                  discover.reset();
                  signIn.reset();
                  form.resetField('password');
                }}
              >
                {askedForPassword ? messages.signIn.withOrganisation : messages.signIn.otherEmail}
              </Button>
            </>
          )}
        </Stack>
      </form>
    </CentredPage>
  );
}
