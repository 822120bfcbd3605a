import { VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';

const listeners = new Set<(text: string) => void>();

/** Says something to people who use a screen reader, without moving the focus. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text);
}

/** Where announcements are heard; once a page. */
export function Announcer() {
  const [said, setSaid] = useState({ text: '', turn: 0 });
  useEffect(() => {
    const listen = (text: string) => setSaid(({ turn }) => ({ text, turn: turn + 1 }));
    listeners.add(listen);
    return () => void listeners.delete(listen);
  }, []);
  // A no-break space in every other turn makes the same words a change, so that they are said again.
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {said.text}
      {said.turn % 2 === 1 ? '\u00a0' : ''}
    </VisuallyHidden>
  );
}
