/** Text that others wrote, made safe for a terminal: it may have colours, it may not move, ask or set anything. */

// What a terminal obeys: CSI, OSC/DCS/APC strings up to their end, two-character escapes, other control characters.
const SEQUENCE =
  // oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][\s\S]*?(?:\u0007|\u001b\\)|\u001b[ -/]*[0-Z\\^-~]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
// oxlint-disable-next-line no-control-regex -- as above
const COLOUR = /^\u001b\[[0-9;:]*m$/;
// oxlint-disable-next-line no-control-regex -- as above
const CUT = /\u001b(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001b]*\u001b?|[ -/]*)?$/;
/** A sequence that does not end by then is none. */
const LONGEST_CUT = 4_096;

/** One line of text from an event, a title or an error. */
export function safeLine(text: string): string {
  return text
    .replaceAll(SEQUENCE, '')
    .replaceAll(/\s*[\r\n]+\s*/g, ' ⏎ ')
    .trim();
}

/** Text of many lines. */
export function safeText(text: string, colours: boolean): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(SEQUENCE, (found) => (colours && COLOUR.test(found) ? found : ''));
}

/** Cleans a stream of pieces; what may be the beginning of a sequence waits for the next piece. */
export function safeStream(colours: boolean): (piece: string) => string {
  let rest = '';
  return (piece) => {
    const text = rest + piece;
    const cut = CUT.exec(text);
    const at = cut && text.length - cut.index < LONGEST_CUT ? cut.index : text.length;
    rest = text.slice(at);
    return safeText(text.slice(0, at), colours);
  };
}
