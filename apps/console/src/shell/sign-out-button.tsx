import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { answerOf, api } from '../api/client';
import { isProblem } from '../api/problem';
import { messages } from '../messages';

export function SignOutButton() {
  const signOut = useMutation({
    mutationFn: () => answerOf(api.POST('/auth/sign-out')),
    // A full load forgets everything that this tab had read. Whoever is not signed in any more has what they wanted.
    onSettled: (_data, error) => {
      if (error === null || (isProblem(error) && error.status === 401)) window.location.assign('/sign-in');
    },
  });
  return (
    <Button
      variant="subtle"
      color="gray"
      c="var(--mantine-color-text)"
      loading={signOut.isPending}
      onClick={() => signOut.mutate()}
    >
      {messages.common.signOut}
    </Button>
  );
}
