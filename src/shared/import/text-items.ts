/** Text that came without a file, or in one of no special kind: what it is shows in what it says. */
import { cleanParagraphs } from '../text.ts';
import { addTable, delimiterOf } from './csv.ts';
import type { Anchor } from './html.ts';
import { item, shortened, titleOf, unknown, type Collector } from './item.ts';
import { addJson, looksLikeJson } from './json.ts';
import {
  addLinks,
  addressesOf,
  hasReference,
  itemOfReference,
  noReference,
  WHAT_WORKS,
} from './links.ts';
import { addTaskList, isTaskList } from './markdown.ts';
import { titleOfPage } from './page-title.ts';
import { readReference } from './reference.ts';
import { linesOf, mapSliced, type Sliced } from './slices.ts';

/** @returns false when the text has no order of its own: no list, no table, no JSON; nothing was added then */
export function* addOrdered(text: string, file: string | null, to: Collector): Sliced<boolean> {
  if (looksLikeJson(text) && (yield* addJson(text, file, to))) return true;
  if (yield* isTaskList(text)) {
    yield* addTaskList(text, file, to);
    return true;
  }
  const start = text.trimStart();
  const delimiter = delimiterOf(start);
  if (delimiter === null || !/[\r\n]/.test(start.trim())) return false;
  yield* addTable(text, delimiter, file, to);
  return true;
}

export function* addText(text: string, file: string | null, to: Collector): Sliced {
  if (yield* addOrdered(text, file, to)) return;
  if (yield* hasReference(text)) return yield* addLinks(text, file, to);
  const source = { file, line: null };
  const [first = ''] = /^[^\r\n]*/.exec(text.trimStart()) ?? [];
  if (first === '') {
    const message = `there is nothing to read in it: ${WHAT_WORKS}`;
    return to.add(unknown(source, shortened(text), 'nothing', message));
  }
  const links = yield* onlyLinks(text);
  if (!links) return addWritten(first, text, file, to);
  yield* mapSliced(links, (line) => to.add(noReference(source, line)));
}

/** Its lines, when each has an address. */
function* onlyLinks(text: string): Sliced<string[] | null> {
  const found: string[] = [];
  for (const { lines } of linesOf(text)) {
    const filled = lines.filter((line) => line.trim() !== '');
    if (filled.some((line) => addressesOf(line).length === 0)) return null;
    found.push(...filled);
    yield;
  }
  return found;
}

/** Plain writing is one task: the first line its title, the rest what is to be done. */
function addWritten(first: string, text: string, file: string | null, to: Collector): void {
  const rest = text
    .slice(text.indexOf(first) + first.length)
    .replace(/^\s*\n/, '')
    .trimEnd();
  const title = titleOf(first.replace(/^\s*(?:#{1,6}|[-*+•])\s+/, ''));
  const source = { file, line: null };
  if (title === null)
    return to.add(
      unknown(source, first, 'nothing', `there is nothing to read in it: ${WHAT_WORKS}`),
    );
  to.add(
    item('task', source, { title, text: shortened(first), body: cleanParagraphs(rest, 200_000) }),
  );
}

/** Links with their texts: those that are ours, and how many others there were. */
export function* addAnchors(
  anchors: readonly Anchor[],
  file: string | null,
  to: Collector,
): Sliced {
  const found = yield* mapSliced(anchors, ({ href, text }) => {
    return { href, text, reference: readReference(href) };
  });
  const hasIssues = found.some(({ reference }) => reference?.origin);
  const ours = found.filter(({ reference }) => (hasIssues ? reference?.origin : reference));
  const source = { file, line: null };
  yield* mapSliced(ours, ({ href, text, reference }) => {
    if (reference)
      to.add(itemOfReference(reference, source, reference.origin ? titleOfPage(text) : null, href));
  });
  const others = new Set(found.filter((one) => !one.reference).map(({ href }) => href));
  const [first] = others;
  if (ours.length > 0 || first === undefined) {
    if (anchors.length === 0)
      to.add(unknown(source, file ?? '', 'nothing', `there are no links in it: ${WHAT_WORKS}`));
    return;
  }
  const text = others.size === 1 ? first : `${first} (+${others.size - 1})`;
  to.add(noReference(source, text));
}
