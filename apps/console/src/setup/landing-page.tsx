import { Button, List, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { answerOf, api } from '../api/client';
import { isProblem } from '../api/problem';
import { setupQuery } from '../api/session';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { CentredPage } from '../shell/centred-page';
import { useFragmentToken } from '../sign-in/fragment-token';
import { RefusalPage, refusalOf } from './refusal-page';

const words = messages.setup.landing;

/** What a set-up link opens. Only Start spends the link: previews and prefetchers do not press it. */
export function LandingPage() {
  const token = useFragmentToken();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const started = useQuery({ ...setupQuery, retry: false });
  const start = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/setup/exchange', { body: { token } })),
    onSuccess: async () => {
      queryClient.removeQueries({ queryKey: setupQuery.queryKey });
      await navigate({ to: '/setup/$step', params: { step: 'overview' }, replace: true });
    },
  });

  const refusal =
    token === '' ? 'link_invalid' : isProblem(start.error) ? refusalOf(start.error.code) : undefined;
  if (refusal !== undefined && !started.isPending)
    return <RefusalPage refusal={refusal} resumable={started.isSuccess} />;

  return (
    <CentredPage title={words.title} line={words.line}>
      <div>
        <Title order={2} mb={4}>
          {words.need}
        </Title>
        <List size="sm" spacing={4}>
          {words.needs.map((need) => (
            <List.Item key={need}>{need}</List.Item>
          ))}
        </List>
      </div>
      <Text size="sm">{words.once}</Text>
      <ProblemAlert error={start.error} />
      <Stack gap="xs">
        <Button loading={start.isPending || start.isSuccess} onClick={() => start.mutate()}>
          {words.start}
        </Button>
        {started.isSuccess && (
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/setup/$step" params={{ step: 'resume' }} {...props} />}
          >
            {words.resumeAction}
          </Button>
        )}
      </Stack>
    </CentredPage>
  );
}
