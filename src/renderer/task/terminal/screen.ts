/**
 * An xterm on an element: as wide as recordings are, as tall as there is room, drawn by WebGL where that works. Shows what it is
 * given; where that comes from is the player's matter.
 */
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { WebglAddon } from '@xterm/addon-webgl';
import { Terminal } from '@xterm/xterm';
import { ConsoleCols } from '../../../shared/console.ts';
import { TERMINAL_COLS } from '../../../shared/protocol/output.ts';
import type { OutputReader } from '../../client/outputs.ts';
import { linkAnswer } from './links.ts';
import { FONT, fontSizeFor, LARGEST_PX, optionsFor } from './screen-look.ts';
import { createWriter, type Writer } from './writer.ts';

export interface Screen
  extends Pick<OutputReader, 'onBytes'>, Pick<Writer, 'restart' | 'offsetOf' | 'lineOf'> {
  find(words: string, direction: 'next' | 'previous'): boolean;
  /** What is selected, else everything that is held. */
  text(): string;
  /** Where the view stands. */
  view(): View;
  scrollToEnd(): void;
  scrollToLine(line: number): void;
  /** Keeps a copy of its lines for screen readers. */
  setReadable(isReadable: boolean): void;
  dispose(): void;
}

export interface View {
  /** Lines of the buffer: the first and the last that are seen. */
  readonly top: number;
  readonly bottom: number;
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
}

export interface ScreenDeps {
  readonly element: HTMLElement;
  /** Of a terminal that had not the size of all recordings: its last width; what is shown may set another. */
  readonly cols?: number;
  readonly nextFrame: (run: () => void) => () => void;
  /** Called when the view comes to stand at the end, or leaves it. */
  onFollow(isAtEnd: boolean): void;
  /** Called when other lines are seen. */
  onView?(view: View): void;
  /** The user wants to go further back than the first line that is held. */
  onBeyondStart?(): void;
  /** A link was clicked that needs a question before it is opened. */
  onAskLink?(address: string): void;
  copy?(text: string): void;
  /** Given where one may type. */
  onInput?(data: string): void;
}

export function openScreen(deps: ScreenDeps): Screen {
  const { element, nextFrame } = deps;
  const terminal = new Terminal({
    ...optionsFor(element),
    disableStdin: deps.onInput === undefined,
    linkHandler: { activate: (_event, address) => follow(address, '', deps) },
  });
  const search = new SearchAddon();
  terminal.loadAddon(search);
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.loadAddon(new WebLinksAddon((_event, address) => follow(address, address, deps)));
  terminal.open(element);
  drawWithWebgl(terminal);
  const stopFitting = keepFitting(terminal, deps);
  copyWithKeys(terminal, deps);
  if (deps.onInput) terminal.onData(deps.onInput);
  const stopTelling = tellView(terminal, deps);
  const writer = createWriter(terminal, nextFrame);
  return {
    onBytes: writer.add,
    restart: writer.restart,
    offsetOf: writer.offsetOf,
    lineOf: writer.lineOf,
    find: (words, direction) =>
      direction === 'next' ? search.findNext(words) : search.findPrevious(words),
    text() {
      if (terminal.hasSelection()) return terminal.getSelection();
      terminal.selectAll();
      const all = terminal.getSelection();
      terminal.clearSelection();
      return all.trimEnd();
    },
    view: () => viewOf(terminal),
    scrollToEnd: () => terminal.scrollToBottom(),
    scrollToLine: (line) => terminal.scrollToLine(line),
    setReadable(isReadable) {
      terminal.options.screenReaderMode = isReadable;
    },
    dispose() {
      writer.close();
      stopFitting();
      stopTelling();
      terminal.dispose();
    },
  };
}

function viewOf(terminal: Terminal): View {
  const { viewportY: top, baseY } = terminal.buffer.active;
  const bottom = top + terminal.rows - 1;
  return { top, bottom, isAtStart: top === 0, isAtEnd: top >= baseY };
}

function tellView(
  terminal: Terminal,
  { element, onFollow, onView, onBeyondStart }: ScreenDeps,
): () => void {
  let last = viewOf(terminal);
  terminal.onRender(() => {
    const view = viewOf(terminal);
    if (view.isAtEnd !== last.isAtEnd) onFollow(view.isAtEnd);
    const isOther = view.top !== last.top || view.isAtEnd !== last.isAtEnd;
    const isAtStartNow = view.isAtStart && !last.isAtStart && !view.isAtEnd;
    last = view;
    if (isOther) onView?.(view);
    if (isAtStartNow) onBeyondStart?.();
  });
  // At the first line there is nothing left to scroll, and so nothing to draw.
  const onWheel = ({ deltaY }: WheelEvent): void => {
    if (deltaY < 0 && last.isAtStart) onBeyondStart?.();
  };
  element.addEventListener('wheel', onWheel, { passive: true });
  return () => element.removeEventListener('wheel', onWheel);
}

function keepFitting(terminal: Terminal, { element, cols: wide }: ScreenDeps): () => void {
  let cols = wide ?? TERMINAL_COLS;
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  const resize = (): void => {
    terminal.options.fontSize = fontSizeFor(element, cols);
    const rows = fit.proposeDimensions()?.rows ?? terminal.rows;
    if (rows > 1) terminal.resize(cols, rows);
  };
  if (wide !== undefined)
    onWidth(terminal, (told) => {
      cols = told;
      resize();
    });
  const observer = new ResizeObserver(resize);
  observer.observe(element);
  // The font may come after the first measurement.
  void document.fonts.load(`${LARGEST_PX}px ${FONT}`).then(resize);
  return () => observer.disconnect();
}

/** A terminal whose size changed is recorded with the sequence that sets it (XTWINOPS 8). */
function onWidth(terminal: Terminal, take: (cols: number) => void): void {
  terminal.parser.registerCsiHandler({ final: 't' }, ([what, , cols]) => {
    const told = ConsoleCols.safeParse(cols);
    if (what !== 8 || !told.success) return false;
    take(told.data);
    return true;
  });
}

/** Ctrl C copies what is selected; where nothing is, it is the program's. */
function copyWithKeys(terminal: Terminal, { copy }: ScreenDeps): void {
  terminal.attachCustomKeyEventHandler((event) => {
    const isCopy = event.ctrlKey && !event.altKey && event.key.toLowerCase() === 'c';
    if (!isCopy || !terminal.hasSelection()) return true;
    if (event.type === 'keydown') {
      event.preventDefault();
      copy?.(terminal.getSelection());
      // The next one is the program's again.
      terminal.clearSelection();
    }
    return false;
  });
}

function follow(address: string, shown: string, { onAskLink }: ScreenDeps): void {
  const answer = linkAnswer(address, shown);
  if (answer === 'open') window.open(address, '_blank', 'noopener');
  if (answer === 'ask') onAskLink?.(address);
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
