/**
 * An xterm on an element: as wide as recordings are, as tall as there is room, drawn by WebGL where that works. Bytes are
 * written once per frame; whoever gave them is told when they were digested, so that no more comes than can be shown.
 */
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal, type ITerminalInitOnlyOptions, type ITerminalOptions } from '@xterm/xterm';
import { TERMINAL_COLS } from '../../../shared/protocol/output.ts';
import type { OutputReader } from '../../client/outputs.ts';
import { grouped, joined, type Piece } from './pieces.ts';

export interface Screen extends Pick<OutputReader, 'onBytes'> {
  find(words: string, direction: 'next' | 'previous'): boolean;
  /** What is selected, else everything that is held. */
  text(): string;
  scrollToEnd(): void;
  dispose(): void;
}

export interface ScreenDeps {
  readonly element: HTMLElement;
  readonly nextFrame: (run: () => void) => () => void;
  /** Called when the view comes to stand at the end, or leaves it. */
  onFollow(isAtEnd: boolean): void;
}

/** Lines kept for scrolling back: about 30 MB. The recording has all. */
const SCROLLBACK_LINES = 20_000;
/** The terminal takes a breath between writes, not within one. */
const LARGEST_WRITE_BYTES = 32 * 1024;
const SMALLEST_PX = 9;
const LARGEST_PX = 14;
/** Width of a character of the font, as a share of its size. */
const CHAR_WIDTH = 0.6;
const FONT = "'JetBrains Mono Variable', 'Noto Sans Mono CJK JP', monospace";

export function openScreen({ element, nextFrame, onFollow }: ScreenDeps): Screen {
  const terminal = new Terminal(optionsFor(element));
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.open(element);
  drawWithWebgl(terminal);

  const resize = (): void => {
    terminal.options.fontSize = fontSizeFor(element);
    const rows = fit.proposeDimensions()?.rows ?? terminal.rows;
    if (rows > 1) terminal.resize(TERMINAL_COLS, rows);
  };
  const observer = new ResizeObserver(resize);
  observer.observe(element);
  // The font may come after the first measurement.
  void document.fonts.load(`${LARGEST_PX}px ${FONT}`).then(resize);

  let isAtEnd = true;
  terminal.onRender(() => {
    const { viewportY, baseY } = terminal.buffer.active;
    if (isAtEnd === viewportY >= baseY) return;
    isAtEnd = !isAtEnd;
    onFollow(isAtEnd);
  });
  const writer = writerOf(terminal, nextFrame);
  return {
    onBytes: writer.add,
    find: (words, direction) =>
      direction === 'next' ? search.findNext(words) : search.findPrevious(words),
    text() {
      if (terminal.hasSelection()) return terminal.getSelection();
      terminal.selectAll();
      const all = terminal.getSelection();
      terminal.clearSelection();
      return all.trimEnd();
    },
    scrollToEnd: () => terminal.scrollToBottom(),
    dispose() {
      writer.close();
      observer.disconnect();
      terminal.dispose();
    },
  };
}

/** Joins what came since the last frame into few writes. */
function writerOf(terminal: Terminal, nextFrame: ScreenDeps['nextFrame']) {
  let pieces: Piece[] = [];
  let cancel: (() => void) | null = null;
  const flush = (): void => {
    cancel = null;
    const batch = pieces;
    pieces = [];
    for (const group of grouped(batch, LARGEST_WRITE_BYTES)) {
      terminal.write(joined(group), () => {
        for (const { done } of group) done();
      });
    }
  };
  return {
    add(bytes: Uint8Array, done: () => void): void {
      pieces.push({ bytes, done });
      cancel ??= nextFrame(flush);
    },
    close: () => cancel?.(),
  };
}

function drawWithWebgl(terminal: Terminal): void {
  try {
    const webgl = new WebglAddon();
    // Without it xterm draws with the DOM: slower, and right.
    webgl.onContextLoss(() => webgl.dispose());
    terminal.loadAddon(webgl);
  } catch {
    // No WebGL on this machine: as above.
  }
}

function fontSizeFor(element: HTMLElement): number {
  const style = getComputedStyle(element);
  const padding = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
  const scrollbar = 14;
  const perChar = (element.clientWidth - padding - scrollbar) / TERMINAL_COLS;
  const half = Math.floor((perChar / CHAR_WIDTH) * 2) / 2;
  return Math.min(LARGEST_PX, Math.max(SMALLEST_PX, half));
}

function optionsFor(element: HTMLElement): ITerminalOptions & ITerminalInitOnlyOptions {
  const style = getComputedStyle(element);
  return {
    cols: TERMINAL_COLS,
    disableStdin: true,
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
