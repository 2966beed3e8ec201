/** An xterm that a person types into: of its own size while they have the pen, of the console's size while they watch. */
import { FitAddon } from '@xterm/addon-fit';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { Terminal } from '@xterm/xterm';
import type { ConsoleReader } from '../client/watched.ts';
import { FONT, LARGEST_PX, optionsFor } from '../task/terminal/screen-look.ts';

export interface Interactive extends ConsoleReader {
  /** Who watches sees the size of who writes. */
  setWriter(isWriter: boolean, size: { readonly cols: number; readonly rows: number }): void;
  focus(): void;
  dispose(): void;
}

export interface InteractiveDeps {
  readonly element: HTMLElement;
  onType(text: string): void;
  /** The person wants to be elsewhere: Tab and Escape belong to the program. */
  onLeave(): void;
  onSize(cols: number, rows: number): void;
}

const SCROLLBACK_LINES = 5_000;

export function openInteractive({
  element,
  onType,
  onLeave,
  onSize,
}: InteractiveDeps): Interactive {
  const look = optionsFor(element);
  const terminal = new Terminal({
    ...look,
    fontSize: LARGEST_PX - 1,
    scrollback: SCROLLBACK_LINES,
    cursorBlink: true,
    cursorInactiveStyle: 'outline',
    theme: { ...look.theme, cursor: look.theme?.foreground ?? '#ffffff' },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.open(element);
  terminal.onData(onType);
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key !== 'Escape' || !event.shiftKey) return true;
    if (event.type === 'keydown') onLeave();
    return false;
  });
  // A key that means something to the page means it to the program here.
  const keep = (event: KeyboardEvent): void => event.stopPropagation();
  element.addEventListener('keydown', keep);
  let isWriter = false;
  const resize = (): void => {
    const size = fit.proposeDimensions();
    if (!isWriter || !size || size.cols < 2 || size.rows < 2) return;
    terminal.resize(size.cols, size.rows);
    onSize(size.cols, size.rows);
  };
  const observer = new ResizeObserver(resize);
  observer.observe(element);
  // The font may come after the first measurement.
  void document.fonts.load(`${LARGEST_PX - 1}px ${FONT}`).then(resize);
  return {
    onBytes: (bytes, done) => terminal.write(bytes, done),
    onReset: () => terminal.reset(),
    setWriter(writes, { cols, rows }) {
      const began = writes && !isWriter;
      isWriter = writes;
      terminal.options.disableStdin = !writes;
      if (!writes) terminal.resize(cols, rows);
      if (!began) return;
      resize();
      terminal.focus();
    },
    focus: () => terminal.focus(),
    dispose() {
      observer.disconnect();
      element.removeEventListener('keydown', keep);
      terminal.dispose();
    },
  };
}
