import { Box, Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Brand } from './brand';
import { usePageTitle } from './page-title';
import { SchemeToggle } from './scheme-toggle';

/** A page with one card: signing in, links, failures. */
export function CentredPage({
  title,
  line,
  children,
}: {
  title: string;
  line?: string;
  children: ReactNode;
}) {
  usePageTitle(title);
  return (
    <Box maw={440} mx="auto" px="md" py={{ base: 'md', sm: 64 }}>
      <Group component="header" justify="space-between" mb="lg">
        <Brand />
        <SchemeToggle />
      </Group>
      <Paper component="main" withBorder radius={12} p={{ base: 'md', sm: 'xl' }} className="gh-card">
        <Stack gap="md">
          <div>
            <Title order={1}>{title}</Title>
            {line !== undefined && (
              <Text size="sm" c="dimmed" mt={4}>
                {line}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </Paper>
    </Box>
  );
}
