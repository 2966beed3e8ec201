/** How a terminal looks: colours, font, size. The colours of the page come from the theme's variables. */
import type { ITerminalInitOnlyOptions, ITerminalOptions } from '@xterm/xterm';
import { TERMINAL_COLS } from '../../../shared/protocol/output.ts';

const SMALLEST_PX = 9;
export const LARGEST_PX = 14;
/** Width of a character of the font, as a share of its size. */
const CHAR_WIDTH = 0.6;
const SCROLLBAR_PX = 14;
export const FONT = "'JetBrains Mono Variable', 'Noto Sans Mono CJK JP', monospace";
/** Lines kept for scrolling back: about 30 MB. The recording has all. */
const SCROLLBACK_LINES = 20_000;

/** As large as a recorded line fits in the element. */
export function fontSizeFor(element: HTMLElement, cols = TERMINAL_COLS): number {
  const style = getComputedStyle(element);
  const padding = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
  const perChar = (element.clientWidth - padding - SCROLLBAR_PX) / cols;
  const half = Math.floor((perChar / CHAR_WIDTH) * 2) / 2;
  return Math.min(LARGEST_PX, Math.max(SMALLEST_PX, half));
}

export function optionsFor(element: HTMLElement): ITerminalOptions & ITerminalInitOnlyOptions {
  const style = getComputedStyle(element);
  return {
    cols: TERMINAL_COLS,
    cursorInactiveStyle: 'none',
    scrollback: SCROLLBACK_LINES,
    fontFamily: FONT,
    fontSize: fontSizeFor(element),
    lineHeight: 1.25,
    allowTransparency: false,
    allowProposedApi: true,
    minimumContrastRatio: 4.5,
    theme: {
      background: style.getPropertyValue('--kb-terminal').trim(),
      foreground: style.getPropertyValue('--kb-terminal-text').trim(),
      cursor: 'transparent',
      selectionBackground: '#4c63dd88',
      black: '#22262d',
      red: '#f4807a',
      green: '#56c994',
      yellow: '#f0b352',
      blue: '#6fa8f5',
      magenta: '#c49af5',
      cyan: '#56c5cf',
      white: '#d6d9df',
      brightBlack: '#7d8492',
      brightRed: '#ff9d97',
      brightGreen: '#7fe0b2',
      brightYellow: '#ffd083',
      brightBlue: '#94c0ff',
      brightMagenta: '#d9bbff',
      brightCyan: '#83dfe7',
      brightWhite: '#ffffff',
    },
  };
}
