/**
 * Makes items of whatever was dropped, pasted or given. Pure and bounded: it fetches nothing, never throws for what it is
 * given, and answers for each part that it did not understand why, and what would have worked.
 */
import { addFile, type Codec } from './files.ts';
import { anchorsOf } from './html.ts';
import { collector, NOWHERE, unknown, type Collector } from './item.ts';
import { addressesOf, itemOfReference, noReference, urisOf, WHAT_WORKS } from './links.ts';
import { titleOfPage } from './page-title.ts';
import { MOST_BYTES, MOST_ITEMS, type Payload, type Understanding } from './payload.ts';
import { readReference, type Reference } from './reference.ts';
import { linesOf, mapSliced, type Sliced } from './slices.ts';
import { addAnchors, addOrdered, addText } from './text-items.ts';

export function* understand(payload: Payload, codec: Codec): Sliced<Understanding> {
  const to = collector();
  if (sizeOf(payload) > MOST_BYTES) {
    const message = `this is more than ${MOST_BYTES / 2 ** 20} MB: import it in parts`;
    to.add(unknown(NOWHERE, '', 'too_large', message));
  } else if (payload.kind === 'files') {
    for (const file of payload.files) yield* addFile(file, codec, to);
    if (payload.files.length === 0) to.add(unknown(NOWHERE, '', 'nothing', 'nothing was given'));
  } else yield* addGiven(payload, to);
  const found = to.result();
  if (found.items.length > 0) return found;
  // Such as a task list that stands as an example in a block of code.
  return {
    ...found,
    items: [unknown(NOWHERE, '', 'nothing', `there is nothing to take in it: ${WHAT_WORKS}`)],
  };
}

/** Roughly: characters of text, bytes of files. */
function sizeOf(payload: Payload): number {
  if (payload.kind === 'files') {
    return payload.files.reduce(
      (sum, file) => sum + (file.kind === 'file' ? file.base64.length * 0.75 : 0),
      0,
    );
  }
  const { text, html = '', uriList = '', mozUrl = '' } = payload;
  // The formats say the same thing several times over.
  return Math.max(text.length, html.length, uriList.length, mozUrl.length);
}

type Given = Extract<Payload, { kind: 'text' }>;

/** A text with an order of its own counts before what a browser made of it; else links count, the ones with titles first. */
function* addGiven({ text, html, uriList, mozUrl }: Given, to: Collector): Sliced {
  if (yield* addOrdered(text, null, to)) return;
  const moz = mozUrl === undefined ? [] : yield* pairsOf(mozUrl);
  const anchors = html === undefined ? [] : yield* anchorsOf(html);
  const uris = (uriList === undefined ? [] : yield* urisOf(uriList)).map((href) => ({
    href,
    text: '',
  }));
  const links = [...moz, ...anchors, ...uris];
  const ours = new Set<string>();
  yield* mapSliced(links, ({ href }) => {
    const key = keyOf(readReference(href));
    if (key !== null) ours.add(key);
  });
  const written = yield* writtenIn(text);
  // A list of addresses is meant as it stands, whatever else came with it.
  if (ours.size === 0 || written.size > ours.size) {
    return yield* addText(
      text.trim() === '' ? uris.map(({ href }) => href).join('\n') : text,
      null,
      to,
    );
  }
  // A selection of a page is full of other links.
  if (anchors.length > 1) return yield* addAnchors(links, null, to);
  yield* mapSliced(links, ({ href, text: title }) => {
    const reference = readReference(href);
    if (!reference) to.add(noReference(NOWHERE, href));
    else
      to.add(
        itemOfReference(reference, NOWHERE, reference.origin ? titleOfPage(title) : null, href),
      );
  });
}

/** What the first lines name: with so many it is a list in any case. */
function* writtenIn(text: string): Sliced<ReadonlySet<string>> {
  const written = new Set<string>();
  for (const { before, lines } of linesOf(text)) {
    if (before > MOST_ITEMS * 2) break;
    for (const line of lines.slice(0, MOST_ITEMS * 2 - before))
      for (const { reference } of addressesOf(line)) {
        const key = keyOf(reference);
        if (key !== null) written.add(key);
      }
    yield;
  }
  return written;
}

function keyOf(reference: Reference | null): string | null {
  return reference && (reference.origin?.url ?? reference.repo);
}

function* pairsOf(mozUrl: string): Sliced<{ href: string; text: string }[]> {
  const pairs: { href: string; text: string }[] = [];
  for (const { before, lines } of linesOf(mozUrl)) {
    for (const [index, line] of lines.entries()) {
      const last = pairs.at(-1);
      if ((before + index) % 2 === 0) pairs.push({ href: line.trim(), text: '' });
      else if (last) last.text = line;
    }
    yield;
  }
  return pairs.filter(({ href }) => href !== '');
}
