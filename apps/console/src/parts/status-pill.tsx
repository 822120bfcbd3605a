import { Badge } from '@mantine/core';
import { Icon, type IconName } from './icons';

export type Tone = 'good' | 'waiting' | 'bad' | 'quiet' | 'info';

const looks: Record<Tone, { color: string; icon: IconName }> = {
  good: { color: 'green', icon: 'check' },
  waiting: { color: 'yellow', icon: 'clock' },
  bad: { color: 'red', icon: 'cross' },
  quiet: { color: 'gray', icon: 'pause' },
  info: { color: 'indigo', icon: 'check' },
};

/** A state as icon and word: never by colour alone. */
export function StatusPill({ tone, icon, children }: { tone: Tone; icon?: IconName; children: string }) {
  const look = looks[tone];
  return (
    <Badge
      variant="light"
      color={look.color}
      tt="none"
      fw={500}
      size="lg"
      radius="xl"
      leftSection={<Icon name={icon ?? look.icon} size={12} />}
      style={{ flex: 'none' }}
    >
      {children}
    </Badge>
  );
}
