import type { ReactNode } from 'react';

const shapes = {
  check: <path d="m5 12 5 5L20 7" />,
  cross: <path d="M18 6 6 18M6 6l12 12" />,
  copy: <path d="M8 8h11v12H8zM5 16V4h11" />,
  shield: <path d="M12 3 5 6v6c0 4 3 7 7 9 4-2 7-5 7-9V6z" />,
  shieldCheck: <path d="M12 3 5 6v6c0 4 3 7 7 9 4-2 7-5 7-9V6zM9 12l2 2 4-4" />,
  clock: <path d="M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0" />,
  pause: <path d="M9 8v8M15 8v8M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0" />,
  warning: <path d="M12 4 2.500 20h19zM12 10v4M12 17v.1" />,
  globe: <path d="M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18" />,
  link: <path d="M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1" />,
  key: <path d="M14 10a4 4 0 1 0-3.500 4L13 16.500h2.500V19H18v2h3v-3l-7.200-7z" />,
  plug: <path d="M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4" />,
  people: (
    <path d="M12 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0M3 20c0-4 2-6 6-6s6 2 6 6M16 5a3 3 0 0 1 0 6M17 14c3 .3 4 2 4 6" />
  ),
  lock: <path d="M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3" />,
  external: <path d="M14 4h6v6M20 4l-9 9M18 14v6H4V6h6" />,
  sun: (
    <path d="M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0M12 3v1M12 20v1M3 12h1M20 12h1M5.600 5.600l.7.7M17.700 17.700l.7.7M5.600 18.400l.7-.7M17.700 6.300l.7-.7" />
  ),
  moon: <path d="M20 14A8 8 0 1 1 10 4a6.500 6.500 0 0 0 10 10" />,
  chevron: <path d="m9 6 6 6-6 6" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof shapes;

/** A line drawing; the words beside it say the same, so it is hidden from screen readers. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      style={{ flex: 'none' }}
    >
      {shapes[name]}
    </svg>
  );
}
