/** What an engine is to read of an issue: its text, what it is linked to, and what people said below it. Pure. */
import { cleanLine, cleanParagraphs } from '../../../../../shared/text.ts';

export interface Comment {
  /** `null`: an account that is gone. */
  readonly author: string | null;
  /** Epoch ms. */
  readonly at: number;
  readonly body: string;
}

export interface Linked {
  /** `acme/shop#12` */
  readonly ref: string;
  readonly title: string;
  readonly state: 'open' | 'closed' | 'merged';
}

export interface IssueWords {
  readonly body: string;
  /** Oldest first. */
  readonly comments: readonly Comment[];
  /** How many more there are at the forge, before those. */
  readonly earlier: number;
  readonly linked: readonly Linked[];
}

/** Characters of an issue's own text, and of all that a task takes of it. */
const MOST_OWN = 120_000;
const MOST = 190_000;
const MOST_LINKED = 30;

/** @returns the text, and what was left out of it, as sentences */
export function bodyOf({ body, comments, earlier, linked }: IssueWords): {
  text: string;
  remarks: string[];
} {
  const remarks: string[] = [];
  const own = cleanParagraphs(body, MOST_OWN).trim();
  if (body.length > MOST_OWN)
    remarks.push(
      `its text has ${body.length} characters, of which the first ${MOST_OWN} were taken`,
    );
  const parts = [own, linkedPart(linked)].filter((part) => part !== '');
  const left = MOST - parts.reduce((sum, part) => sum + part.length + 2, 0);
  const { text, count } = commentsPart(comments, earlier, left);
  if (text !== '') parts.push(text);
  if (count < comments.length)
    remarks.push(`${comments.length - count} of its comments were left out, because they are long`);
  return { text: parts.join('\n\n'), remarks };
}

function linkedPart(linked: readonly Linked[]): string {
  if (linked.length === 0) return '';
  const lines = linked
    .slice(0, MOST_LINKED)
    .map(({ ref, title, state }) => `- ${ref} (${state}): ${cleanLine(title, 300)}`);
  return `## Linked\n\n${lines.join('\n')}`;
}

/** The newest that there is room for: what was said last counts most. */
function commentsPart(
  comments: readonly Comment[],
  earlier: number,
  room: number,
): { text: string; count: number } {
  const shown: string[] = [];
  let left = room - 100;
  for (const { author, at, body } of comments.toReversed()) {
    const day = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    const words = cleanParagraphs(body, MOST_OWN).trim();
    const text = `### ${cleanLine(author ?? 'ghost', 100)}, ${day} UTC\n\n${words}`;
    if (text.length + 2 > left) break;
    left -= text.length + 2;
    shown.unshift(text);
  }
  if (shown.length === 0) return { text: '', count: 0 };
  const missing = earlier + comments.length - shown.length;
  const more = missing > 0 ? ` (${missing} earlier ones are at the forge)` : '';
  return { text: `## Comments${more}\n\n${shown.join('\n\n')}`, count: shown.length };
}
