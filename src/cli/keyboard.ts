/** The person's keyboard and screen as they are, for what runs elsewhere: every key is passed on, Ctrl-C too. */

export interface Keyboard {
  readonly size: () => { cols: number; rows: number };
  /** Bytes as they are typed. */
  onKeys(listener: (bytes: Uint8Array) => void): void;
  onSize(listener: () => void): void;
  /** Gives the terminal back as it was. */
  close(): void;
}

/** `null` where there is no terminal. */
export function openKeyboard(): Keyboard | null {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) return null;
  stdin.setRawMode(true);
  stdin.resume();
  const listeners: (() => void)[] = [];
  return {
    // Some terminals do not know theirs and say 0.
    size: () => ({ cols: stdout.columns || 80, rows: stdout.rows || 24 }),
    onKeys(listener) {
      stdin.on('data', listener);
      listeners.push(() => stdin.off('data', listener));
    },
    onSize(listener) {
      stdout.on('resize', listener);
      listeners.push(() => stdout.off('resize', listener));
    },
    close() {
      for (const end of listeners) end();
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
