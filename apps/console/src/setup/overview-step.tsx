import { Text } from '@mantine/core';
import { messages } from '../messages';
import { RelativeTime } from '../parts/relative-time';
import { Facts, type Fact } from './facts';
import { StepFrame, type StepProps } from './step-frame';

const words = messages.setup.overview;

export function OverviewStep({ setup }: StepProps) {
  const facts: Fact[] = [
    [words.account, setup.account.name],
    [words.domains, setup.domains.map((domain) => domain.name).join(', ')],
    [words.purposes, setup.purposes.map((purpose) => messages.sso.links.purposeNames[purpose]).join(', ')],
    [words.until, <RelativeTime key="until" time={setup.expiresAt} />],
  ];
  return (
    <StepFrame step="overview" setup={setup} title={messages.setup.title} line={words.line}>
      <Facts facts={facts} />
      {!setup.mayActivate && <Text size="sm">{words.mayNotActivate}</Text>}
    </StepFrame>
  );
}
