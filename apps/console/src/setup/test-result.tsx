import type { TestCheck, TestView } from '@gatehouse/api-client';
import { Alert, Code, Stack, Text, Title } from '@mantine/core';
import { messages } from '../messages';
import { Icon } from '../parts/icons';
import { Row, Rows } from '../parts/rows';
import { StatusPill } from '../parts/status-pill';
import { Facts, type Fact } from './facts';

const words = messages.setup.test;

/** The banner first, then every check, then what was read of the person. */
export function TestResult({ test }: { test: TestView }) {
  const profile = profileFacts(test.profile);
  return (
    <Stack gap="md">
      <Banner test={test} />
      {test.checks.length > 0 && (
        <div>
          <Title order={2}>{words.checks}</Title>
          <Rows label={words.checks}>
            {test.checks.map((check, index) => (
              <CheckRow key={`${index} ${check.code}`} check={check} />
            ))}
          </Rows>
        </div>
      )}
      {profile.length > 0 && (
        <div>
          <Title order={2} mb={4}>
            {words.profile}
          </Title>
          <Facts facts={profile} />
        </div>
      )}
    </Stack>
  );
}

function Banner({ test }: { test: TestView }) {
  if (test.status === 'succeeded') {
    return (
      <Alert color="green" variant="light" icon={<Icon name="check" />} title={words.succeeded}>
        {typeof test.profile?.email === 'string' ? test.profile.email : null}
      </Alert>
    );
  }
  const failed = test.checks.find((check) => !check.ok);
  const expired = test.status !== 'failed';
  return (
    <Alert
      color="red"
      variant="light"
      icon={<Icon name="warning" />}
      title={expired ? words.expired : words.failed}
    >
      {expired ? (
        words.expiredLine
      ) : (
        <Stack gap={4}>
          {failed && <Text size="sm">{failed.hint ?? checkName(failed.code)}</Text>}
          {test.code && (
            <Text size="sm">
              <Code style={{ color: 'var(--mantine-color-text)' }}>{test.code}</Code>
            </Text>
          )}
        </Stack>
      )}
    </Alert>
  );
}

function checkName(code: string): string {
  return words.checkNames[code] ?? code.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase());
}

function CheckRow({ check }: { check: TestCheck }) {
  return (
    <Row
      main={<Text size="sm">{checkName(check.code)}</Text>}
      aside={
        <StatusPill tone={check.ok ? 'good' : 'bad'}>{check.ok ? words.passed : words.notPassed}</StatusPill>
      }
      below={
        !check.ok && (
          <Stack gap={4}>
            <Facts facts={differenceOf(check)} />
            {check.hint && <Text size="sm">{check.hint}</Text>}
          </Stack>
        )
      }
    />
  );
}

function differenceOf({ expected, received }: TestCheck): Fact[] {
  const facts: [string, string | null | undefined][] = [
    [words.expected, expected],
    [words.received, received],
  ];
  return facts.filter((fact): fact is [string, string] => typeof fact[1] === 'string' && fact[1] !== '');
}

/** The person as read, then the provider's own attributes or claims; what is empty is left out. */
function profileFacts(profile: TestView['profile']): Fact[] {
  const entries = Object.entries(profile ?? {});
  const nested = entries.flatMap(([, value]) => (isPlain(value) ? Object.entries(value) : []));
  return [...entries.filter(([, value]) => !isPlain(value)), ...nested].flatMap(([name, value]): Fact[] => {
    const text = textOf(value);
    return text === '' ? [] : [[name, text]];
  });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
