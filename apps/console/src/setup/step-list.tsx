import type { SetupView } from '@gatehouse/api-client';
import { Text, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages';
import { Icon } from '../parts/icons';
import classes from './dashboard.module.css';
import { stepName } from './step-name';
import { furthestStep, isReachable, stepsOf, type Step } from './steps';

const words = messages.setup.steps;

export function StepList({ setup, current }: { setup: SetupView; current: Step }) {
  const steps = stepsOf(setup);
  const furthest = steps.indexOf(furthestStep(setup));
  return (
    <nav aria-label={words.label} className={classes.steps}>
      <Text size="sm" c="dimmed" className={classes.position}>
        {words.position(steps.indexOf(current) + 1, steps.length)}
      </Text>
      <ol>
        {steps.map((step, index) => (
          <li key={step}>
            <StepLink
              step={step}
              done={index < furthest}
              current={step === current}
              reachable={isReachable(step, setup)}
            />
          </li>
        ))}
      </ol>
    </nav>
  );
}

function StepLink({
  step,
  done,
  current,
  reachable,
}: {
  step: Step;
  done: boolean;
  current: boolean;
  reachable: boolean;
}) {
  const content = (
    <>
      <span className={classes.mark}>{done && <Icon name="check" size={14} />}</span>
      {stepName(step)}
      {done && <VisuallyHidden> ({words.done})</VisuallyHidden>}
    </>
  );
  if (!reachable) {
    return (
      <span className={classes.step} data-unreachable>
        {content}
      </span>
    );
  }
  return (
    <Link
      to="/setup/$step"
      params={{ step }}
      className={classes.step}
      {...(current ? { 'aria-current': 'step' as const } : {})}
    >
      {content}
    </Link>
  );
}
