/** The last lines of a terminal as plain text, from the last bytes it printed. Pure. */

/* oxlint-disable no-control-regex -- terminals speak in control characters */
/** Commands to the terminal: CSI, OSC, and the short ones. */
const ESCAPES =
  /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[PX^_][^\u001B]*(?:\u001B\\)?|[ -/]*[0-~])/g;
const CONTROLS = /[\u0000-\u0008\u000B-\u001A\u001C-\u001F\u007F]/g;
/* oxlint-enable no-control-regex */

/** Lines longer than this are cut: nobody reads more in a preview. */
const MOST_COLUMNS = 200;

/**
 * @param isCut the bytes begin somewhere in the middle: their first line is left out
 */
export function tailOf(bytes: Uint8Array, lines: number, isCut: boolean): string[] {
  const text = new TextDecoder().decode(bytes).replaceAll(ESCAPES, '');
  const all = text.split('\n').map(shownOf);
  const whole = isCut ? all.slice(1) : all;
  while (whole.at(-1)?.trim() === '') whole.pop();
  return whole.slice(-lines);
}

/** What is left of a line when each carriage return writes over it from the start. */
function shownOf(line: string): string {
  let shown = '';
  for (const part of line.split('\r')) {
    const clean = part.replaceAll(CONTROLS, '');
    if (clean !== '') shown = clean + shown.slice(clean.length);
  }
  return shown.trimEnd().slice(0, MOST_COLUMNS);
}
