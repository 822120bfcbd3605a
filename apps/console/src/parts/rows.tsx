import type { ReactNode } from 'react';
import classes from './rows.module.css';

/** A list with hairlines between its rows; a row's parts wrap under each other where it is narrow. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}

export function Row({ main, aside, below }: { main: ReactNode; aside?: ReactNode; below?: ReactNode }) {
  return (
    <li className={classes.row}>
      <div className={classes.line}>
        <div className={classes.main}>{main}</div>
        {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      </div>
      {below}
    </li>
  );
}
