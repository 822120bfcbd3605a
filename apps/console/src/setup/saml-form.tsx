import type { ConnectionView } from '@gatehouse/api-client';
import { zodResolver } from '@hookform/resolvers/zod';
import {
  Button,
  Checkbox,
  FileInput,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ProblemAlert } from '../parts/problem-alert';
import { samlInputFrom, samlSchemas, type SamlFields, type SamlWay } from './saml-input';

const words = messages.setup.metadata;

const ways: { value: SamlWay; label: string }[] = [
  { value: 'url', label: words.byUrl },
  { value: 'xml', label: words.byXml },
  { value: 'hand', label: words.byHand },
];

const mono = { input: { fontFamily: 'ui-monospace, Menlo, Consolas, monospace', fontSize: 13 } };

export function SamlForm({ accountId, connection }: { accountId: string; connection: ConnectionView }) {
  const connectionId = connection.id;
  const wantResponseSigned = connection.saml?.wantResponseSigned ?? true;
  const [way, setWay] = useState<SamlWay>('url');
  const form = useForm<SamlFields>({
    defaultValues: {
      metadataUrl: '',
      metadataXml: '',
      entityId: '',
      ssoUrl: '',
      certificate: '',
      wantResponseSigned,
    },
    resolver: zodResolver(samlSchemas[way]),
  });
  const { errors } = form.formState;
  const save = useChange({
    run: (fields: SamlFields) =>
      answerOf(
        api.PUT('/api/v1/accounts/{accountId}/connections/{connectionId}/saml', {
          params: { path: { accountId, connectionId } },
          body: samlInputFrom(way, fields),
        }),
      ),
    said: messages.common.savedNow,
  });

  return (
    <form onSubmit={(event) => void form.handleSubmit((fields) => save.mutate(fields))(event)} noValidate>
      <Stack>
        <div role="group" aria-label={words.how}>
          <SegmentedControl
            value={way}
            data={ways}
            onChange={(value) => {
              setWay(ways.find((one) => one.value === value)?.value ?? 'url');
              form.clearErrors();
              save.reset();
            }}
          />
        </div>
        {way === 'url' && (
          <TextInput
            label={words.url}
            description={words.urlHint}
            inputMode="url"
            autoComplete="off"
            error={errors.metadataUrl?.message}
            {...form.register('metadataUrl')}
          />
        )}
        {way === 'xml' && (
          <>
            <Textarea
              label={words.xml}
              description={words.xmlHint}
              rows={8}
              spellCheck={false}
              styles={mono}
              error={errors.metadataXml?.message}
              {...form.register('metadataXml')}
            />
            <FileInput
              label={words.file}
              accept=".xml,application/xml,text/xml,application/samlmetadata+xml"
              onChange={(file) =>
                void file?.text().then((text) => form.setValue('metadataXml', text, { shouldValidate: true }))
              }
            />
          </>
        )}
        {way === 'hand' && (
          <>
            <TextInput
              label={words.entityId}
              autoComplete="off"
              error={errors.entityId?.message}
              {...form.register('entityId')}
            />
            <TextInput
              label={words.ssoUrl}
              inputMode="url"
              autoComplete="off"
              error={errors.ssoUrl?.message}
              {...form.register('ssoUrl')}
            />
            <Textarea
              label={words.certificate}
              description={words.certificateHint}
              rows={6}
              spellCheck={false}
              styles={mono}
              error={errors.certificate?.message}
              {...form.register('certificate')}
            />
          </>
        )}
        <Checkbox
          label={words.responseSigned}
          description={words.responseSignedHint}
          {...form.register('wantResponseSigned')}
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
