/** How what an engine says and does looks in a terminal. Pure: text in, text out. */

export function dim(text: string): string {
  return `\u001b[2m${text}\u001b[0m\n`;
}

export function red(text: string): string {
  return `\u001b[31m${text}\u001b[0m\n`;
}

/** Words of the model, in full. */
export function spoken(text: string): string {
  return text.trim() === '' ? '' : `${visible(text).trimEnd()}\n`;
}

/** @param subject what the tool is used on, told by its first line */
export function toolUsed(tool: string, subject: string): string {
  return `\u001b[36m● ${visible(tool)}\u001b[0m ${oneLine(subject, MOST)}\n`;
}

export function toolAnswered(text: string, isError: boolean): string {
  const lines = text.trimEnd().split('\n').length;
  const line = `  ↳ ${oneLine(text, MOST)}${lines > 1 ? ` (${lines} lines)` : ''}`;
  return isError ? red(line) : dim(line);
}

const MOST = 160;

export function oneLine(text: string, most: number): string {
  const line = visible(text.trimStart().split('\n', 1)[0] ?? '');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** A model's words must not steer the terminal that shows them. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
