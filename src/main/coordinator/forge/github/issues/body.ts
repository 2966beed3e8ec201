/** What an engine is to read of an issue: its text, what it is linked to, and what people said below it. Pure. */
import type { Remark } from '../../../../../shared/import/remark.ts';
import { cleanLine, cleanParagraphs } from '../../../../../shared/text.ts';
import { shown, withoutComments } from './hidden.ts';

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

/** @returns the text, and what was left out of it */
export function bodyOf({ body, comments, earlier, linked }: IssueWords): {
  text: string;
  remarks: Remark[];
} {
  const remarks: Remark[] = [];
  const own = read(body);
  if (body.length > MOST_OWN) remarks.push({ code: 'text_cut', of: body.length, taken: MOST_OWN });
  const parts = [own, linkedPart(linked)].filter((part) => part !== '');
  const left = MOST - parts.reduce((sum, part) => sum + part.length + 2, 0);
  const { text, count } = commentsPart(comments, earlier, left);
  if (text !== '') parts.push(text);
  if (count < comments.length)
    remarks.push({ code: 'comments_left', count: comments.length - count });
  if (hasAttachment(body)) remarks.push({ code: 'attachments' });
  return { text: parts.join('\n\n'), remarks };
}

/** As people see it there, in bounds. */
function read(text: string): string {
  return cleanParagraphs(shown(withoutComments(cleanParagraphs(text, MOST_OWN))), MOST_OWN).trim();
}

/** What is uploaded to an issue lies behind its sign-in; links to it stay in the text. */
function hasAttachment(body: string): boolean {
  return /\/user-attachments\/(?:assets|files)\/|\/\/private-user-images\.|\/\/media\.[\w.-]{1,100}\/(?:user|files)\//.test(
    body,
  );
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
  const texts: string[] = [];
  let count = 0;
  let left = room - 100;
  for (const { author, at, body } of comments.toReversed()) {
    const day = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
    const words = read(body);
    const text = `### ${cleanLine(author ?? 'ghost', 100)}, ${day} UTC\n\n${words}`;
    if (text.length + 2 > left) break;
    left -= text.length + 2;
    count += 1;
    texts.unshift(text);
  }
  if (count === 0) return { text: '', count };
  const missing = earlier + comments.length - count;
  const more = missing > 0 ? ` (${missing} earlier ones are at the forge)` : '';
  return { text: `## Comments${more}\n\n${texts.join('\n\n')}`, count };
}
