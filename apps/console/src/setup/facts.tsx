import { Fragment, type ReactNode } from 'react';
import classes from './dashboard.module.css';

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values, as a description list. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={classes.understood}>
      {facts.map(([name, value], index) => (
        <Fragment key={`${index} ${name}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
