import type { DomainView, Purpose, SetupLinkView } from '@gatehouse/api-client';
import { Button, Checkbox, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';
import { domainsQuery, setupLinksQuery, useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { Rows } from '../parts/rows';
import { SecretOnce } from '../parts/secret-once';
import { CardSkeleton, SectionCard } from '../parts/section-card';
import { LinkRow } from './link-row';

const words = messages.sso.links;

export function LinksCard({ accountId }: { accountId: string }) {
  const domains = useQuery(domainsQuery(accountId));
  const links = useQuery(setupLinksQuery(accountId));
  const enabled = domains.data?.filter((domain) => domain.status === 'enabled');
  return (
    <SectionCard icon="link" title={words.title} line={words.line}>
      {enabled === undefined ? (
        <CardSkeleton />
      ) : enabled.length === 0 ? (
        <Text size="sm">{words.noDomains}</Text>
      ) : (
        <Generate
          accountId={accountId}
          domains={enabled}
          again={links.data !== undefined && links.data.length > 0}
        />
      )}
      <ProblemAlert error={links.error} />
      <History accountId={accountId} links={links.data} />
    </SectionCard>
  );
}

interface Fields {
  domainIds: string[];
  purposes: Purpose[];
  expiresInHours: string;
  mayActivate: boolean;
}

function Generate({
  accountId,
  domains,
  again,
}: {
  accountId: string;
  domains: DomainView[];
  again: boolean;
}) {
  const [url, setUrl] = useState<string | null>(null);
  const form = useForm<Fields>({
    defaultValues: {
      domainIds: domains.map((domain) => domain.id),
      purposes: ['sso'],
      expiresInHours: '168',
      mayActivate: true,
    },
  });
  const { errors } = form.formState;
  const generate = useChange({
    run: (fields: Fields) =>
      answerOf(
        api.POST('/api/v1/accounts/{accountId}/setup-links', {
          params: { path: { accountId } },
          body: { ...fields, expiresInHours: Number(fields.expiresInHours) },
        }),
      ),
    onDone: (link) => setUrl(link.url),
  });

  return (
    <form onSubmit={(event) => void form.handleSubmit((fields) => generate.mutate(fields))(event)} noValidate>
      <Stack>
        <Controller
          control={form.control}
          name="domainIds"
          rules={{ validate: (value) => value.length > 0 || words.chooseDomain }}
          render={({ field }) => (
            <Checkbox.Group
              label={words.domains}
              value={field.value}
              onChange={field.onChange}
              error={errors.domainIds?.message}
            >
              <Group mt="xs">
                {domains.map((domain) => (
                  <Checkbox key={domain.id} value={domain.id} label={domain.name} />
                ))}
              </Group>
            </Checkbox.Group>
          )}
        />
        <Controller
          control={form.control}
          name="purposes"
          rules={{ validate: (value) => value.length > 0 || words.choosePurpose }}
          render={({ field }) => (
            <Checkbox.Group
              label={words.purposes}
              value={field.value}
              onChange={field.onChange}
              error={errors.purposes?.message}
            >
              <Group mt="xs">
                <Checkbox value="sso" label={words.purposeNames.sso} />
                <Checkbox value="directory" label={words.purposeNames.directory} />
              </Group>
            </Checkbox.Group>
          )}
        />
        <Checkbox
          label={words.mayActivate}
          description={words.mayActivateHint}
          {...form.register('mayActivate')}
        />
        <Group align="flex-end">
          <NativeSelect
            label={words.lifetime}
            data={Object.entries(words.lifetimes).map(([value, label]) => ({ value, label }))}
            {...form.register('expiresInHours')}
          />
          <Button type="submit" loading={generate.isPending}>
            {again ? words.regenerate : words.generate}
          </Button>
        </Group>
        <ProblemAlert error={generate.error} />
        {url !== null && (
          <SecretOnce label={words.link} value={url} note={words.linkNote} onDone={() => setUrl(null)} />
        )}
      </Stack>
    </form>
  );
}

function History({ accountId, links }: { accountId: string; links: SetupLinkView[] | undefined }) {
  if (links === undefined || links.length === 0) return null;
  return (
    <div>
      <Title order={3} mb={4}>
        {words.history}
      </Title>
      <Rows label={words.history}>
        {links.map((link) => (
          <LinkRow key={link.id} accountId={accountId} link={link} />
        ))}
      </Rows>
    </div>
  );
}
