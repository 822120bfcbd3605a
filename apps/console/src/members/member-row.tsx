import type { MemberView, Role } from '@gatehouse/api-client';
import { Button, NativeSelect, Text } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../api/account-queries';
import { answerOf, api } from '../api/client';
import { messages } from '../messages';
import { ConfirmDialog } from '../parts/confirm-dialog';
import { ProblemAlert } from '../parts/problem-alert';
import { Row } from '../parts/rows';
import { StatusPill, type Tone } from '../parts/status-pill';
import { roleFrom, roleOptions } from './role-options';

const words = messages.members;

const tones: Record<MemberView['status'], Tone> = {
  active: 'good',
  invited: 'waiting',
  deprovisioned: 'bad',
};

export function MemberRow({ accountId, member }: { accountId: string; member: MemberView }) {
  const [asking, setAsking] = useState(false);
  const params = { path: { accountId, memberId: member.id } };
  const who = member.name ?? member.email;
  const changeRole = useChange({
    run: (role: Role) =>
      answerOf(api.PATCH('/api/v1/accounts/{accountId}/members/{memberId}', { params, body: { role } })),
    said: (role) => words.roleSaved(who, messages.common.roles[role]),
  });
  const remove = useChange({
    run: () => answerOf(api.DELETE('/api/v1/accounts/{accountId}/members/{memberId}', { params })),
    said: words.removed(who),
    onDone: () => setAsking(false),
  });
  // Their row is history; only the directory brings them back.
  const isGone = member.status === 'deprovisioned';

  return (
    <Row
      main={
        <>
          <Text size="sm" fw={500}>
            {member.name ?? words.unnamed}
          </Text>
          <Text size="sm" c="dimmed">
            {member.email} · {words.managedBy[member.managedBy]}
            {member.notInDirectory && ` · ${words.notInDirectory}`}
            {member.emailConflict && ` · ${words.emailConflict}`}
          </Text>
        </>
      }
      aside={
        <>
          <StatusPill tone={tones[member.status]}>{words.statuses[member.status]}</StatusPill>
          {isGone ? (
            <Text size="sm">{messages.common.roles[member.role]}</Text>
          ) : (
            <NativeSelect
              aria-label={words.roleOf(who)}
              data={roleOptions}
              value={changeRole.isPending ? changeRole.variables : member.role}
              disabled={changeRole.isPending}
              onChange={(event) => changeRole.mutate(roleFrom(event.currentTarget.value))}
            />
          )}
          {!isGone && member.managedBy !== 'directory' && (
            <Button variant="default" aria-label={words.removeLabel(who)} onClick={() => setAsking(true)}>
              {messages.common.remove}
            </Button>
          )}
        </>
      }
      below={
        <>
          <ProblemAlert error={changeRole.error} />
          {asking && (
            <ConfirmDialog
              title={words.removeTitle(who)}
              consequence={words.removeConsequence(who)}
              action={words.removeAction}
              pending={remove.isPending}
              error={remove.error}
              onConfirm={() => remove.mutate()}
              onClose={() => setAsking(false)}
            />
          )}
        </>
      }
    />
  );
}
