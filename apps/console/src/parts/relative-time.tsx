import { Text } from '@mantine/core';
import { relativeTime } from './time';

/** "10 minutes ago", with the exact time on hover. */
export function RelativeTime({ time }: { time: string }) {
  return (
    <Text
      component="time"
      inherit
      dateTime={time}
      title={new Date(time).toLocaleString()}
      style={{ fontVariantNumeric: 'tabular-nums' }}
    >
      {relativeTime(new Date(time), new Date())}
    </Text>
  );
}
