/**
 * What people do not see of a text at GitHub, and an engine would read all the same: comments of HTML are taken out, characters
 * without a shape are shown by their number. Code stays as it is, but for such characters. Pure.
 */

/** Without shape, or turning around what follows; joiners and the marks of emoji among letters are left, languages need them. */
export const SHAPELESS =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e01ef}]/gu;

/** `\u{200b}` for a space without width, so that it can be seen and says what it is. */
export function shown(text: string): string {
  return text.replaceAll(
    SHAPELESS,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Where code or a comment begins: a fence at the start of a line, backticks, `<!--`. */
const START = /^ {0,3}(?:`{3,}|~{3,})|`+|<!--/gm;

/** Templates of issues are full of them; outside of code nobody but an engine would read them. One that is never closed is shown. */
export function withoutComments(text: string): string {
  const starts = new RegExp(START);
  let kept = '';
  let from = 0;
  for (let found = starts.exec(text); found; found = starts.exec(text)) {
    const { index } = found;
    const [mark] = found;
    if (mark === '<!--') {
      const end = text.indexOf('-->', index + mark.length);
      if (end < 0) break;
      kept += text.slice(from, index);
      from = end + '-->'.length;
      starts.lastIndex = from;
    } else {
      starts.lastIndex = endOfCode(text, index, mark);
    }
  }
  return kept + text.slice(from);
}

function endOfCode(text: string, start: number, mark: string): number {
  const after = start + mark.length;
  const fence = mark.trimStart();
  const isFence = fence.length >= 3 && (start === 0 || text.charAt(start - 1) === '\n');
  if (isFence) {
    const close = new RegExp(`^ {0,3}${fence}[\`~]*[ \\t]*$`, 'gm');
    close.lastIndex = after;
    return close.exec(text) ? close.lastIndex : text.length;
  }
  const line = text.indexOf('\n', after);
  const end = text.indexOf(mark, after);
  return end < 0 || (line >= 0 && end > line) ? after : end + mark.length;
}
