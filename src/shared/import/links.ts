/** Links as lines of text: with or without a title beside them, in a list, in Markdown, or in the midst of a sentence. */
import type { Reference } from './reference.ts';
import { readReference } from './reference.ts';
import { item, shortened, unknown, type Collector, type Source } from './item.ts';
import { titleOfPage } from './page-title.ts';
import type { Understood } from './payload.ts';
import { cleanLine } from '../text.ts';
import { linesOf, mapSliced, type Sliced } from './slices.ts';

export const WHAT_WORKS =
  'give links to issues or pull requests of GitHub, GitLab, Gitea or Forgejo, or a repository';

/** What an address becomes; `title` as it stood beside it. */
export function itemOfReference(
  reference: Reference,
  source: Source,
  title: string | null,
  text: string,
): Understood {
  const { kind, origin, repo, base } = reference;
  return item(kind, source, {
    text: shortened(origin?.ref ?? text),
    ref: origin,
    title,
    // Whoever works on it finds the issue, also while its text cannot be read here.
    body: origin ? `${origin.url}\n` : '',
    repo: cleanLine(repo, 2_000),
    base,
  });
}

/** An address that is none of ours. */
export function noReference(source: Source, text: string): Understood {
  const message = `this is not an issue, pull request or repository: ${WHAT_WORKS}`;
  return unknown(source, text, 'not_a_reference', message);
}

// Every part is bounded: a hostile line must not cost more than its length.
const ADDRESS =
  /(?:https?|ssh|git|file):\/\/[^\s<>"'`]{1,2000}|git@[\w.-]{1,200}:[^\s<>"'`]{1,2000}|(?<![\w.-])[\w.-]{1,100}\/[\w.-]{1,100}#\d{1,9}(?!\w)/gi;
/** What a line must have to hold one: most lines have nothing of it, and are not looked at more closely. */
const MAYBE = /:\/\/|@[\w.-]+:|#\d|^\W{0,8}\d{0,4}\W{0,4}(?:[/~]|[a-z]:[\\/])/i;
const LONGEST_LINE = 20_000;
const LONGEST_TITLE = 150;

interface Found {
  readonly text: string;
  readonly reference: Reference | null;
}

/** The addresses of one line. */
export function addressesOf(line: string): Found[] {
  if (!MAYBE.test(line)) return [];
  const text = line.slice(0, LONGEST_LINE);
  const whole = readReference(bare(text));
  if (whole) return [{ text: bare(text), reference: whole }];
  return Array.from(text.matchAll(ADDRESS), ([found]) => {
    const address = withoutEnd(found);
    return { text: address, reference: readReference(address) };
  });
}

/** True when one of the first lines has an address of ours. */
export function* hasReference(text: string): Sliced<boolean> {
  for (const { lines } of linesOf(text)) {
    if (lines.some((line) => addressesOf(line).some(({ reference }) => reference !== null)))
      return true;
    yield;
  }
  return false;
}

export function* addLinks(text: string, file: string | null, to: Collector): Sliced {
  const isSingle = file === null && !/[\r\n]/.test(text.trim());
  const others: Other[] = [];
  let links = 0;
  const read = (line: string, source: Source): void => {
    if (line.trim() === '') return undefined;
    if (to.isFull()) return to.skip();
    const found = addressesOf(line).filter(({ reference }) => reference !== null);
    if (found.length === 0) others.push({ line, source });
    const title = found.length === 1 ? titleBeside(line, found[0]?.text ?? '') : null;
    for (const { text: address, reference } of found) {
      if (reference) to.add(itemOfReference(reference, source, title, address));
      links += 1;
    }
  };
  for (const { before, lines } of linesOf(text)) {
    for (const [index, line] of lines.entries())
      read(line, { file, line: isSingle ? null : before + index + 1 });
    yield;
  }
  yield* addOthers(others, links, to);
}

interface Other {
  readonly line: string;
  readonly source: Source;
}

/** Lines without a link: each by itself, or, in the midst of much writing, all as one. */
function* addOthers(others: readonly Other[], links: number, to: Collector): Sliced {
  const [first] = others;
  if (first && others.length > Math.max(3, links)) {
    return to.add(noReference(first.source, `${shortened(first.line)} (+${others.length - 1})`));
  }
  yield* mapSliced(others, ({ line, source }) => to.add(noReference(source, line)));
}

/** `[Title](address)`, `address Title`, `- Title: address`. */
export function titleBeside(line: string, address: string): string | null {
  const at = line.indexOf(address);
  if (at < 0 || line.length > address.length + 1_000) return null;
  const rest = `${line.slice(0, at)} ${line.slice(at + address.length)}`;
  const title = rest
    .replace(/^\s*(?:[-*+•]|\d{1,4}[.)])\s+/, '')
    .replaceAll(/\[([^\]]*)\]\(\s*\)?/g, ' $1 ')
    .replaceAll(/[<>()[\]]\s*(?=$|[<>()[\]])|^\s*[<>()[\]]/g, ' ')
    .replaceAll(/^[\s:;,|–—-]+|[\s:;,|–—-]+$/g, '');
  return title.length > LONGEST_TITLE ? null : titleOfPage(title);
}

/** A line without the bullet of a list and the brackets of Markdown. */
function bare(line: string): string {
  return line
    .trim()
    .replace(/^(?:[-*+•]|\d{1,4}[.)])\s+/, '')
    .replace(/^<(.*)>$/, '$1');
}

/** A full stop behind an address is none of it, nor is a bracket that was opened before it. */
function withoutEnd(address: string): string {
  let end = address.length;
  while (end > 0) {
    const last = address.charAt(end - 1);
    const isOpened = last === ')' && address.slice(0, end).includes('(');
    if (isOpened || !/[.,;:!?)\]}*_]/.test(last)) break;
    end -= 1;
  }
  return address.slice(0, end);
}

/** `text/uri-list`: an address a line; lines that begin with # are comments. */
export function* urisOf(text: string): Sliced<string[]> {
  const uris: string[] = [];
  for (const { lines } of linesOf(text)) {
    for (const line of lines.map((each) => each.trim()))
      if (line !== '' && !line.startsWith('#')) uris.push(line);
    yield;
  }
  return uris;
}
