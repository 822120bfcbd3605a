import type { ConnectionView, SetupView } from '@gatehouse/api-client';
import { Button, Stack, Text, Title } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { messages } from '../messages';
import { usePageTitle } from '../shell/page-title';
import classes from './dashboard.module.css';
import { stepAfter, stepBefore, type Step } from './steps';

export interface StepProps {
  setup: SetupView;
  connection: ConnectionView | undefined;
}

interface StepFrameProps {
  step: Step;
  setup: SetupView;
  title: string;
  line?: string;
  /** What has to be done before Continue; it stays enabled and says this. */
  missing?: string | undefined;
  /** Runs instead of going to the next step; goes there itself if it likes. */
  onContinue?: () => void;
  pending?: boolean;
  children?: ReactNode;
}

export function StepFrame({
  step,
  setup,
  title,
  line,
  missing,
  onContinue,
  pending = false,
  children,
}: StepFrameProps) {
  const navigate = useNavigate();
  const heading = useRef<HTMLHeadingElement>(null);
  const [asked, setAsked] = useState(false);
  const before = stepBefore(step, setup);
  usePageTitle(title);
  useEffect(() => heading.current?.focus(), []);

  function goOn(): void {
    if (missing !== undefined) setAsked(true);
    else if (onContinue) onContinue();
    else void navigate({ to: '/setup/$step', params: { step: stepAfter(step, setup) } });
  }

  return (
    <div className={classes.page}>
      <main className={classes.content}>
        <Stack gap="md">
          <div>
            <Title order={1} ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
              {title}
            </Title>
            {line !== undefined && (
              <Text size="sm" c="dimmed" mt={4}>
                {line}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </main>
      {step !== 'done' && (
        <footer className={classes.footer}>
          <div role="status" className={classes.missing}>
            {asked && missing}
          </div>
          {before !== undefined && (
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/setup/$step" params={{ step: before }} {...props} />}
            >
              {messages.common.back}
            </Button>
          )}
          <Button loading={pending} onClick={goOn}>
            {messages.common.continue}
          </Button>
        </footer>
      )}
    </div>
  );
}
