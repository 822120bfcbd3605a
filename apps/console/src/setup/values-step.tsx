import { Stack } from '@mantine/core';
import { messages } from '../messages';
import { CopyField } from '../parts/copy-field';
import classes from './dashboard.module.css';
import { StepFrame, type StepProps } from './step-frame';

const words = messages.setup.values;

/** What we give: each value under the action that uses it. */
export function ValuesStep({ setup, connection }: StepProps) {
  const actions = connection?.protocol === 'oidc' ? words.oidcActions : words.samlActions;
  return (
    <StepFrame step="values" setup={setup} title={words.title}>
      <ol className={classes.actions}>
        {actions.map((action, index) => (
          <li key={action}>
            {action}
            {index === 1 && <OurValues connection={connection} />}
          </li>
        ))}
      </ol>
    </StepFrame>
  );
}

function OurValues({ connection }: Pick<StepProps, 'connection'>) {
  const { serviceProvider, relyingParty } = connection ?? {};
  return (
    <Stack gap="sm" my="sm">
      {serviceProvider && (
        <>
          <CopyField label={words.acsUrl} description={words.acsHint} value={serviceProvider.acsUrl} />
          <CopyField label={words.entityId} description={words.entityHint} value={serviceProvider.entityId} />
          <CopyField
            label={words.metadataUrl}
            description={words.metadataHint}
            value={serviceProvider.metadataUrl}
          />
        </>
      )}
      {relyingParty && (
        <CopyField
          label={words.redirectUri}
          description={words.redirectHint}
          value={relyingParty.redirectUri}
        />
      )}
    </Stack>
  );
}
