import { List } from '@mantine/core';
import { messages } from '../messages';
import { StepFrame, type StepProps } from './step-frame';
import { isLive } from './steps';

const words = messages.setup.done;

export function DoneStep({ setup, connection }: StepProps) {
  const domains = setup.domains.map((domain) => domain.name).join(', ');
  return (
    <StepFrame step="done" setup={setup} title={words.title} line={words.line}>
      <List size="sm" spacing={4}>
        {setup.purposes.includes('sso') && (
          <List.Item>
            {connection !== undefined && isLive(connection) ? words.active(domains) : words.waiting}
          </List.Item>
        )}
        {setup.purposes.includes('directory') && <List.Item>{words.directory}</List.Item>}
        <List.Item>{words.changes}</List.Item>
      </List>
    </StepFrame>
  );
}
