import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages';
import { CentredPage } from '../shell/centred-page';

export function IncompleteLink() {
  return (
    <CentredPage title={messages.signIn.tokenMissingTitle}>
      <Text size="sm">{messages.signIn.tokenMissing}</Text>
      <Anchor component={Link} to="/sign-in" size="sm" underline="always">
        {messages.signIn.toSignIn}
      </Anchor>
    </CentredPage>
  );
}
