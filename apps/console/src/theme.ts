import { createTheme, type CSSVariablesResolver, type MantineTheme } from '@mantine/core';

/** The recipe of the design notes: every pair of colours that it yields has a contrast of at least 4.5 to 1. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: 8,
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '1rem', lineHeight: '1.5' },
      h3: { fontSize: '0.875rem', lineHeight: '1.5' },
    },
  },
  components: {
    Checkbox: { defaultProps: { size: 'md' } },
    Button: { defaultProps: { size: 'sm' } },
  },
});

const lightColorsThatNeedMore: Record<string, string> = {
  green: '#1c6b2c',
  yellow: '#7a4d00',
  orange: '#8a3a00',
  teal: '#07674d',
};

const tinted = ['gray', 'red', 'green', 'yellow', 'orange', 'teal', 'indigo', 'blue'];

function shadeOf(theme: MantineTheme, color: string, shade: number): string {
  return theme.colors[color]?.[shade] ?? '';
}

export const cssVariables: CSSVariablesResolver = (theme) => {
  const light: Record<string, string> = {
    '--mantine-color-dimmed': shadeOf(theme, 'gray', 7),
    '--mantine-color-placeholder': shadeOf(theme, 'gray', 7),
    '--mantine-color-error': shadeOf(theme, 'red', 9),
    '--mantine-color-anchor': shadeOf(theme, 'indigo', 8),
  };
  const dark: Record<string, string> = {
    '--mantine-color-dimmed': shadeOf(theme, 'dark', 1),
    '--mantine-color-error': shadeOf(theme, 'red', 4),
    '--mantine-color-anchor': shadeOf(theme, 'indigo', 3),
    '--mantine-color-placeholder': shadeOf(theme, 'dark', 1),
  };
  for (const color of tinted) {
    const darkest = color === 'gray' ? 8 : 9;
    light[`--mantine-color-${color}-light`] = shadeOf(theme, color, 0);
    light[`--mantine-color-${color}-light-color`] =
      lightColorsThatNeedMore[color] ?? shadeOf(theme, color, darkest);
    // A quarter of the filled colour over the page: Mantine's own is as loud as a button.
    dark[`--mantine-color-${color}-light`] = `${shadeOf(theme, color, 8)}40`;
    dark[`--mantine-color-${color}-light-color`] = shadeOf(theme, color, 2);
  }
  return { variables: {}, light, dark };
};
