import { Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePageTitle } from './page-title';

export function PageHead({ title, line, status }: { title: string; line: string; status?: ReactNode }) {
  usePageTitle(title);
  return (
    <Group justify="space-between" align="flex-start" gap="xs">
      <div>
        <Title order={1}>{title}</Title>
        <Text size="sm" c="dimmed">
          {line}
        </Text>
      </div>
      {status}
    </Group>
  );
}
