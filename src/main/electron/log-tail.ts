/** The last lines a program printed, without secrets. */
const MOST_LINES = 40;
const MOST_LENGTH = 500;

export interface LogTail {
  add(text: string): void;
  /** Oldest first. */
  lines(): string[];
}

export function createLogTail(): LogTail {
  let kept: string[] = [];
  let open = '';
  const clean = (line: string): string =>
    line.replaceAll(/token=[\w-]+/g, 'token=…').slice(0, MOST_LENGTH);
  return {
    add(text) {
      const parts = (open + text).split('\n');
      open = (parts.pop() ?? '').slice(-MOST_LENGTH);
      kept = [...kept, ...parts.filter((line) => line.trim() !== '').map(clean)].slice(-MOST_LINES);
    },
    lines: () => (open.trim() === '' ? kept : [...kept, clean(open)]),
  };
}
