import { Group, Text } from '@mantine/core';
import { messages } from '../messages';

export function Brand() {
  return (
    <Group gap={8} wrap="nowrap">
      <img src="/favicon.svg" width={24} height={24} alt="" />
      <Text fw={600}>{messages.common.brand}</Text>
    </Group>
  );
}
