import type { PolicyView } from '@gatehouse/api-client';
import { Button, Checkbox, Group, NativeSelect, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { policyQuery, useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { ProblemAlert } from '../parts/problem-alert';
import { CardSkeleton, SectionCard } from '../parts/section-card';
import { StatusPill, type Tone } from '../parts/status-pill';

const words = messages.sso.policy;

const tones: Record<PolicyView['enforcement'], Tone> = { off: 'quiet', monitor: 'waiting', required: 'good' };

export function PolicyCard({ accountId, slug }: { accountId: string; slug: string | undefined }) {
  const policy = useQuery(policyQuery(accountId));
  return (
    <SectionCard
      icon="lock"
      title={words.title}
      line={words.line}
      status={
        policy.data && (
          <StatusPill tone={tones[policy.data.enforcement]}>
            {words.statusNames[policy.data.enforcement]}
          </StatusPill>
        )
      }
    >
      <ProblemAlert error={policy.error} />
      {policy.isPending && <CardSkeleton />}
      {policy.data && slug !== undefined && (
        <PolicyForm key={JSON.stringify(policy.data)} accountId={accountId} slug={slug} saved={policy.data} />
      )}
    </SectionCard>
  );
}

/** Stricter than what is saved: it takes access or passwords away. */
function takesAway(saved: PolicyView, wanted: PolicyView): boolean {
  if (wanted.enforcement !== 'required') return false;
  return saved.enforcement !== 'required' || saved.exempt !== wanted.exempt;
}

function PolicyForm({ accountId, slug, saved }: { accountId: string; slug: string; saved: PolicyView }) {
  const [wanted, setWanted] = useState(saved);
  const [asking, setAsking] = useState(false);
  const save = useChange({
    run: () =>
      answerOf(
        api.PUT('/api/v1/accounts/{accountId}/sso/policy', {
          params: { path: { accountId } },
          body: {
            enforcement: wanted.enforcement,
            exempt: wanted.exempt,
            jitProvisioning: wanted.jitProvisioning,
          },
        }),
      ),
    said: messages.common.savedNow,
    onDone: () => setAsking(false),
  });
  const modes = ['off', 'monitor', 'required'] as const;

  return (
    <Stack>
      <Radio.Group
        label={words.enforcement}
        value={wanted.enforcement}
        onChange={(value) =>
          setWanted({ ...wanted, enforcement: modes.find((mode) => mode === value) ?? wanted.enforcement })
        }
      >
        <Stack gap="xs" mt="xs">
          {modes.map((mode) => (
            <Radio
              key={mode}
              size="md"
              value={mode}
              label={words.modes[mode]}
              description={words.hints[mode]}
            />
          ))}
        </Stack>
      </Radio.Group>
      <NativeSelect
        label={words.exempt}
        maw={320}
        value={wanted.exempt}
        data={Object.entries(words.exemptions).map(([value, label]) => ({ value, label }))}
        onChange={(event) =>
          setWanted({ ...wanted, exempt: event.currentTarget.value as PolicyView['exempt'] })
        }
      />
      <Checkbox
        label={words.jit}
        description={words.jitHint}
        checked={wanted.jitProvisioning}
        onChange={(event) => setWanted({ ...wanted, jitProvisioning: event.currentTarget.checked })}
      />
      {!asking && <ProblemAlert error={save.error} />}
      <Group>
        <Button
          variant="default"
          loading={save.isPending}
          onClick={() => (takesAway(saved, wanted) ? setAsking(true) : save.mutate())}
        >
          {messages.common.save}
        </Button>
        {save.isSuccess && (
          <Text size="sm" c="dimmed">
            {messages.common.savedNow}
          </Text>
        )}
      </Group>
      {asking && (
        <ConfirmDialog
          title={words.confirmTitle}
          consequence={wanted.exempt === 'nobody' ? `${words.confirm} ${words.confirmNobody}` : words.confirm}
          action={words.confirmAction}
          typed={slug}
          pending={save.isPending}
          error={save.error}
          onConfirm={() => save.mutate()}
          onClose={() => setAsking(false)}
        />
      )}
    </Stack>
  );
}
