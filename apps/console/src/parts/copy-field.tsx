import { Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import { messages } from '../messages';
import { announce } from './announce';
import classes from './copy-field.module.css';
import { Icon } from './icons';

/** How long the check shows after copying. */
const SHOWN_MS = 3_000;

/** A value that we give and another console needs. The whole row copies; the value wraps and is never cut. */
export function CopyField({
  label,
  value,
  description,
}: {
  label: string;
  value: string;
  description?: string;
}) {
  const labelId = useId();
  const text = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');

  useEffect(() => {
    if (copied !== 'yes') return;
    const timer = window.setTimeout(() => setCopied('no'), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    const done = await copyText(value);
    setCopied(done ? 'yes' : 'failed');
    announce(done ? messages.common.copied(label) : messages.common.copyFailed);
    if (!done && text.current) window.getSelection()?.selectAllChildren(text.current);
  }

  return (
    <div>
      <Text id={labelId} size="sm" fw={500} component="div">
        {label}
      </Text>
      {description && (
        <Text size="sm" c="dimmed">
          {description}
        </Text>
      )}
      <UnstyledButton className={classes.row} onClick={() => void copy()}>
        <VisuallyHidden>{messages.common.copyLabel(label)}: </VisuallyHidden>
        <code ref={text} className={classes.value}>
          {value}
        </code>
        <span className={classes.icon} data-copied={copied === 'yes' || undefined}>
          <Icon name={copied === 'yes' ? 'check' : 'copy'} />
        </span>
      </UnstyledButton>
      {copied === 'failed' && (
        <Text size="sm" c="dimmed">
          {messages.common.copyFailed}
        </Text>
      )}
    </div>
  );
}

/** `navigator.clipboard` exists in secure contexts only and may be refused; false then. */
async function copyText(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}
