import { Alert, List, Text } from '@mantine/core';
import { isProblem } from '../api/problem';
import { messages } from '../messages';
import { Icon } from './icons';

/** What went wrong, what was expected, what to do; nothing when nothing did. */
export function ProblemAlert({ error, title }: { error: unknown; title?: string }) {
  if (error === null || error === undefined) return null;
  const problem = isProblem(error) ? error : null;
  return (
    <Alert
      role="alert"
      color="red"
      variant="light"
      icon={<Icon name="warning" />}
      title={title ?? problem?.title ?? messages.common.unexpectedTitle}
    >
      <Text size="sm">
        {problem ? (problem.detail ?? messages.common.tryAgain) : messages.common.unexpected}
      </Text>
      {problem !== null && problem.errors.length > 0 && (
        <List size="sm" mt={4}>
          {problem.errors.map((one) => (
            <List.Item key={`${one.pointer} ${one.detail}`}>{one.detail}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
