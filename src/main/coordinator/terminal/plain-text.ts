/** What a terminal printed, as text: without escape sequences, with plain line ends. Piece by piece, wherever those were cut. Pure. */

/** Where the last piece ended. `string`: in one that a terminal does not show, as a title or the address of a link. */
type Place = 'text' | 'escape' | 'csi' | 'string';

const ESCAPE = '\u001b';
/** After an escape: what begins a string. */
const BEGINS_STRING = ']PX^_';
/** @returns to be called with each piece in turn; the text of a line end that may be cut comes with the next */
export function createPlainText(): (piece: string) => string {
  const csiEnd = /[@-~]/g;
  // A bell, what cancels it, and the escape that its end or another sequence begins with.
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  const stringEnd = /[\u0007\u0018\u001a\u001b\u009c]/g;
  let place: Place = 'text';
  let cut = '';
  return (piece) => {
    let text = cut;
    let at = 0;
    while (at < piece.length) {
      if (place === 'text') {
        const end = indexFrom(piece.indexOf(ESCAPE, at), piece);
        text += piece.slice(at, end);
        at = end + 1;
        if (end < piece.length) place = 'escape';
      } else if (place === 'escape') {
        place = afterEscape(piece.charAt(at));
        at += 1;
      } else {
        const ends = place === 'csi' ? csiEnd : stringEnd;
        ends.lastIndex = at;
        const end = ends.exec(piece)?.index ?? piece.length;
        at = end + 1;
        if (end < piece.length) place = piece[end] === ESCAPE ? 'escape' : 'text';
      }
    }
    cut = text.endsWith('\r') ? '\r' : '';
    return text.slice(0, text.length - cut.length).replaceAll('\r\n', '\n');
  };
}

function afterEscape(character: string): Place {
  if (character === '[') return 'csi';
  if (BEGINS_STRING.includes(character)) return 'string';
  // Another character of the same sequence follows.
  return character === ESCAPE || (character >= ' ' && character <= '/') ? 'escape' : 'text';
}

function indexFrom(found: number, { length }: string): number {
  return found < 0 ? length : found;
}
