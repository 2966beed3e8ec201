/** Words from elsewhere, made fit for a page at GitHub: they hide nothing, call nobody and close nothing. Pure. */
import { cleanLine } from '../../../../../shared/text.ts';

/** No mark of ours can be forged in it, and it closes no comment of HTML that we open. */
export function withoutMarks(text: string): string {
  return text.replaceAll('<!--', '&lt;!--').replaceAll('-->', '--&gt;');
}

/** Names nobody so that they are told, and no issue so that a merge closes it. */
export function harmless(text: string): string {
  return withoutMarks(text)
    .replaceAll(
      /\b(close[sd]?|fix(?:e[sd])?|resolve[sd]?)(:?\s+)(?=\S*#\d|https?:|gh-\d)/gi,
      '$1\u200B$2\u200B',
    )
    .replaceAll(/(^|[^\w`/])@(?=[a-z\d])/gi, '$1@\u200B');
}

/** One harmless line. */
export function harmlessLine(text: string, max: number): string {
  return harmless(cleanLine(text, max));
}

/** One line as code, whatever is in it. */
export function asCode(text: string, max: number): string {
  const plain = cleanLine(text, max);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${withoutMarks(plain)}${pad}${fence}`;
}
