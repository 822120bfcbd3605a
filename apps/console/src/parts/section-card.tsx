import { Group, Paper, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons';

interface SectionCardProps {
  icon: IconName;
  title: string;
  line: string;
  status?: ReactNode;
  children?: ReactNode;
}

/** One concern of the account: icon panel, name, one grey line, status, and what can be done. */
export function SectionCard({ icon, title, line, status, children }: SectionCardProps) {
  return (
    <Paper
      component="section"
      aria-label={title}
      withBorder
      radius={12}
      p={{ base: 'md', sm: 'lg' }}
      className="gh-card"
    >
      <Group align="flex-start" wrap="nowrap" gap="md">
        <ThemeIcon variant="light" size={40} radius="md" visibleFrom="xs">
          <Icon name={icon} size={20} />
        </ThemeIcon>
        <Stack gap={2} style={{ flex: 1, minWidth: 0 }}>
          <Group justify="space-between" gap="xs">
            <Title order={2}>{title}</Title>
            {status}
          </Group>
          <Text size="sm" c="dimmed">
            {line}
          </Text>
        </Stack>
      </Group>
      {children !== undefined && (
        <Stack gap="md" mt="md">
          {children}
        </Stack>
      )}
    </Paper>
  );
}

export function CardSkeleton() {
  return <Skeleton height={64} radius="md" aria-hidden="true" />;
}
