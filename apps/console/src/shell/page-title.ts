import { useEffect } from 'react';
import { messages } from '../messages';

/** Names the page in the browser's tab, which screen readers say on arrival (WCAG 2.4.2). */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${messages.common.brand}`;
  }, [title]);
}
