/** Dropped files: which kind each is, by its name and by what is in it. */
import { anchorsOf } from './html.ts';
import { addTable, delimiterOf, HOW_TABLES } from './csv.ts';
import { NOWHERE, shortened, unknown, type Collector } from './item.ts';
import { addJson, brokenJson } from './json.ts';
import { itemOfReference, noReference } from './links.ts';
import { titleOfPage } from './page-title.ts';
import type { Payload } from './payload.ts';
import { readReference } from './reference.ts';
import type { Sliced } from './slices.ts';
import { urlOfBinaryPlist, urlOfIni, urlOfXmlPlist } from './shortcut.ts';
import { addAnchors, addText } from './text-items.ts';

/** Turns bytes into text: what only the platform can do. */
export interface Codec {
  /** `null` when it is no base64. */
  bytes(base64: string): Uint8Array | null;
  /** `null` when the bytes are not of that encoding. */
  text(bytes: Uint8Array, encoding: Encoding): string | null;
}

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'shift_jis' | 'windows-1252';

type Dropped = Extract<Payload, { kind: 'files' }>['files'][number];

const KINDS =
  'give a .url or .webloc file, a Markdown list of tasks (.md), JSON (.json, .ndjson), a table (.csv, .tsv), or a text of links';

export function* addFile(file: Dropped, codec: Codec, to: Collector): Sliced {
  if (file.kind === 'folder') return addFolder(file.path, to);
  const name = shortened(file.name) || 'file';
  const source = { file: name, line: null };
  const bytes = codec.bytes(file.base64);
  yield;
  const binary = bytes && urlOfBinaryPlist(bytes);
  if (binary) return addShortcut(binary, name, to);
  const text = bytes && decode(bytes, codec);
  yield;
  if (text === null)
    return to.add(unknown(source, name, 'unreadable', `this is not text: ${KINDS}`));
  if (text.trim() === '')
    return to.add(unknown(source, name, 'nothing', `the file is empty: ${KINDS}`));
  yield* addDecoded(text, name, to);
}

function addFolder(path: string, to: Collector): void {
  const reference = readReference(path);
  if (reference) return to.add(itemOfReference(reference, NOWHERE, null, path));
  const message =
    'only the name of this folder is known here: drop it in the desktop app, or give its whole path';
  to.add(unknown(NOWHERE, path, 'unreadable', message));
}

function* addDecoded(text: string, name: string, to: Collector): Sliced {
  const source = { file: name, line: null };
  const [, ending = ''] = /\.([a-z0-9]+)$/i.exec(name) ?? [];
  switch (ending.toLowerCase()) {
    case 'url':
    case 'desktop':
      return addShortcut(urlOfIni(text), name, to);
    case 'webloc':
      return addShortcut(urlOfXmlPlist(text), name, to);
    case 'json':
    case 'ndjson':
    case 'jsonl':
      if (!(yield* addJson(text, name, to)))
        to.add(unknown(source, name, 'unreadable', brokenJson(text)));
      return undefined;
    case 'csv':
    case 'tsv': {
      const delimiter =
        delimiterOf(text) ?? (/^"?title"?\s*$/im.test(text.split('\n', 1)[0] ?? '') ? ',' : null);
      if (delimiter === null) to.add(unknown(source, name, 'unreadable', HOW_TABLES));
      else yield* addTable(text, delimiter, name, to);
      return undefined;
    }
    case 'html':
    case 'htm':
      return yield* addAnchors(yield* anchorsOf(text), name, to);
    default:
      return yield* addText(text, name, to);
  }
}

function addShortcut(url: string | null, name: string, to: Collector): void {
  const source = { file: name, line: null };
  const reference = url === null ? null : readReference(url);
  if (!reference) return to.add(noReference(source, url ?? name));
  const title = titleOfPage(name.replace(/\.[a-z]+$/i, ''));
  to.add(itemOfReference(reference, source, reference.origin ? title : null, url ?? name));
}

/** By its mark; else by what it can be. `null`: no text. */
function decode(bytes: Uint8Array, codec: Codec): string | null {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return codec.text(bytes.subarray(2), 'utf-16le');
  if (a === 0xfe && b === 0xff) return codec.text(bytes.subarray(2), 'utf-16be');
  const marked = a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes;
  const head = marked.subarray(0, 4_000);
  const zeros = head.filter((byte) => byte === 0).length;
  if (zeros > 0) {
    // Western text in UTF-16 without a mark: every second byte is zero.
    const isLittle = head.every((byte, i) => i % 2 === 0 || byte === 0);
    return isLittle ? codec.text(marked, 'utf-16le') : null;
  }
  return (
    codec.text(marked, 'utf-8') ??
    codec.text(marked, 'shift_jis') ??
    codec.text(marked, 'windows-1252')
  );
}
