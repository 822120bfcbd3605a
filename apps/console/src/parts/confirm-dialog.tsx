import { lazy, Suspense } from 'react';
import type { ConfirmDialogProps } from './confirm-dialog-content';

/** Loaded when first asked for: a page's first load goes without Mantine's modal. */
const Content = lazy(async () => ({
  default: (await import('./confirm-dialog-content')).ConfirmDialogContent,
}));

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Suspense fallback={null}>
      <Content {...props} />
    </Suspense>
  );
}
