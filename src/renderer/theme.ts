/**
 * How Koubou looks, in one place: type, scale, colours of both schemes. Screens take their colours from the `--kb-…`
 * variables below and from nowhere else. Contrast of text on its surface is at least 4.5 : 1 in both schemes.
 */
import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core';

/** 藍, the indigo of work clothes: the one accent. */
const ai: MantineColorsTuple = [
  '#eef1ff',
  '#dce2fb',
  '#b6c1f3',
  '#8f9fec',
  '#7084e6',
  '#5c73e3',
  '#4c63dd',
  '#3e53c6',
  '#3549b1',
  '#293d9c',
];

/** Ink with a breath of blue. Mantine reads surfaces and borders of the dark scheme from it. */
const dark: MantineColorsTuple = [
  '#e4e6eb',
  '#b4b8c2',
  '#989da9',
  '#6d727e',
  '#383c46',
  '#2b2e36',
  '#1f2228',
  '#15171b',
  '#101215',
  '#0b0c0f',
];

/** Moss, for the one button that merges. White on 5 and 6 reads well. */
const moss: MantineColorsTuple = [
  '#e9f7f0',
  '#cfebdd',
  '#9bd6b9',
  '#5fbb8f',
  '#2f9a69',
  '#1c8055',
  '#16744b',
  '#115f3d',
  '#0c4b30',
  '#083823',
];

/** Paper: the light scheme's grays are warm. */
const gray: MantineColorsTuple = [
  '#f8f7f4',
  '#f1efeb',
  '#e5e2db',
  '#d8d4cb',
  '#c4bfb4',
  '#a5a096',
  '#7d7a73',
  '#565b66',
  '#3a3d44',
  '#1b1d22',
];

export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'ai',
  primaryShade: 6,
  colors: { ai, moss, dark, gray },
  white: '#ffffff',
  black: '#1b1d22',
  fontFamily:
    "'Inter Variable', 'Hiragino Sans', 'Yu Gothic UI', 'Noto Sans JP', 'Noto Sans CJK JP', system-ui, sans-serif",
  fontFamilyMonospace:
    "'JetBrains Mono Variable', 'Noto Sans Mono CJK JP', ui-monospace, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.3' },
  spacing: { xs: '6px', sm: '10px', md: '14px', lg: '20px', xl: '32px' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  defaultRadius: 'sm',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '15px' } } },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', allowDeselect: false } },
    SegmentedControl: {
      defaultProps: { size: 'xs' },
      styles: { root: { background: 'var(--kb-ground)', border: '1px solid var(--kb-line)' } },
    },
    InputWrapper: {
      styles: {
        label: { marginBottom: 5, fontWeight: 550 },
        description: { marginTop: -2, marginBottom: 6, fontSize: 12, color: 'var(--kb-faint)' },
        error: { marginTop: 5, color: 'var(--kb-red)' },
      },
    },
    Notification: {
      defaultProps: { withBorder: true },
      styles: {
        root: { background: 'var(--kb-raised)', cursor: 'pointer' },
        description: { color: 'var(--kb-dim)' },
      },
    },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } },
      styles: {
        title: { fontWeight: 600, fontSize: 15 },
        header: { background: 'var(--kb-surface)', padding: '14px 20px' },
        content: { background: 'var(--kb-surface)', border: '1px solid var(--kb-line)' },
        body: { padding: '4px 20px 20px' },
      },
    },
  },
});

/** The soft variants of buttons take our colours. The library sets its own per scheme, so must we. */
const SOFT = {
  '--mantine-color-dimmed': 'var(--kb-dim)',
  ...soft('ai', '--kb-accent'),
  ...soft('red', '--kb-red'),
  ...soft('yellow', '--kb-amber'),
};

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    '--kb-row': '44px',
    '--kb-mono': 'var(--mantine-font-family-monospace)',
  },
  dark: {
    ...SOFT,
    '--mantine-color-body': '#121418',
    '--kb-ground': '#0e1013',
    '--kb-surface': '#16181d',
    '--kb-raised': '#1c1f25',
    '--kb-hover': '#22252c',
    '--kb-line': '#262a31',
    '--kb-line-strong': '#363b45',
    '--kb-text': '#e6e8ec',
    '--kb-dim': '#a3a8b4',
    '--kb-faint': '#878d9a',
    '--kb-accent': '#93a5f7',
    '--kb-shadow': '0 1px 2px rgb(0 0 0 / 35%)',
    '--kb-gray': '#9aa0ad',
    '--kb-blue': '#5fb2f2',
    '--kb-violet': '#b49af5',
    '--kb-amber': '#f0b352',
    '--kb-green': '#56c994',
    '--kb-red': '#f4807a',
    '--kb-added': 'rgb(70 190 120 / 13%)',
    '--kb-removed': 'rgb(240 100 95 / 13%)',
    '--kb-terminal': '#0b0d10',
    '--kb-terminal-text': '#d6d9df',
  },
  light: {
    ...SOFT,
    '--mantine-color-body': '#f7f6f3',
    '--kb-ground': '#f1efeb',
    '--kb-surface': '#ffffff',
    '--kb-raised': '#ffffff',
    '--kb-hover': '#f3f2ee',
    '--kb-line': '#e5e2db',
    '--kb-line-strong': '#cfcbc1',
    '--kb-text': '#1b1d22',
    '--kb-dim': '#565b66',
    '--kb-faint': '#646974',
    '--kb-accent': '#3e53c6',
    '--kb-shadow': '0 1px 2px rgb(40 35 20 / 7%)',
    '--kb-gray': '#5c626d',
    '--kb-blue': '#0c64a6',
    '--kb-violet': '#6e4cc4',
    '--kb-amber': '#895808',
    '--kb-green': '#117045',
    '--kb-red': '#b12e28',
    '--kb-added': 'rgb(30 150 85 / 12%)',
    '--kb-removed': 'rgb(215 60 50 / 10%)',
    '--kb-terminal': '#14161a',
    '--kb-terminal-text': '#d6d9df',
  },
});

function soft(color: string, variable: string): Record<string, string> {
  const mixed = (share: number): string =>
    `color-mix(in srgb, var(${variable}) ${share}%, transparent)`;
  return {
    [`--mantine-color-${color}-light`]: mixed(13),
    [`--mantine-color-${color}-light-hover`]: mixed(20),
    [`--mantine-color-${color}-light-color`]: `var(${variable})`,
  };
}
