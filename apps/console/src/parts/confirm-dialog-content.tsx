import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { messages } from '../messages';
import { ProblemAlert } from './problem-alert';

export interface ConfirmDialogProps {
  title: string;
  /** Names the consequence. */
  consequence: string;
  action: string;
  /** What has to be typed first; nothing when left out. */
  typed?: string;
  danger?: boolean;
  error?: unknown;
  pending: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialogContent({
  title,
  consequence,
  action,
  typed,
  danger = true,
  error,
  pending,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [entered, setEntered] = useState('');
  const [missing, setMissing] = useState(false);

  function confirm(event: FormEvent): void {
    event.preventDefault();
    if (typed !== undefined && entered.trim() !== typed) setMissing(true);
    else onConfirm();
  }

  return (
    <Modal.Root opened onClose={onClose} centered>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: its <header> would be a second banner of the page. */}
        <Group justify="space-between" wrap="nowrap" px="md" pt="md">
          <Modal.Title fw={600}>{title}</Modal.Title>
          <Modal.CloseButton aria-label={messages.common.close} />
        </Group>
        <Modal.Body pt="sm">
          <form onSubmit={confirm}>
            <Stack>
              <Text size="sm">{consequence}</Text>
              {typed !== undefined && (
                <TextInput
                  data-autofocus
                  label={messages.common.typeToConfirm(typed)}
                  value={entered}
                  onChange={(event) => setEntered(event.currentTarget.value)}
                  error={missing && messages.common.typeMismatch(typed)}
                  autoComplete="off"
                />
              )}
              <ProblemAlert error={error} />
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>
                  {messages.common.cancel}
                </Button>
                <Button type="submit" color={danger ? 'red' : 'indigo'} loading={pending}>
                  {action}
                </Button>
              </Group>
            </Stack>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
