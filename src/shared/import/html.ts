/**
 * The links of a piece of HTML, with their texts. No parser: it looks for anchors and nothing else, in one pass, and what it
 * answers is plain text. Nothing of the HTML is ever shown or run.
 */
import { cleanLine } from '../text.ts';
import type { Sliced } from './slices.ts';

export interface Anchor {
  readonly href: string;
  readonly text: string;
}

const LONGEST_TAG = 4_000;
const LONGEST_TEXT = 1_000;
/** Far more than are ever shown. */
const MOST_ANCHORS = 5_000;
const TRIES_AT_ONCE = 100;

export function* anchorsOf(html: string): Sliced<Anchor[]> {
  const anchors: Anchor[] = [];
  const start = /<a\s/gi;
  for (let tries = 0; tries < MOST_ANCHORS; tries++) {
    if (tries % TRIES_AT_ONCE === 0) yield;
    const found = start.exec(html);
    if (!found) break;
    const from = found.index + 2;
    const tag = html.slice(from, from + LONGEST_TAG);
    const [attributes = ''] = /^(?:[^>"']|"[^"]*"|'[^']*')*/.exec(tag) ?? [];
    const href = hrefOf(attributes);
    if (href === null) continue;
    const inside = from + attributes.length + 1;
    const content = html.slice(inside, inside + LONGEST_TEXT);
    const end = /<\/a\s*>|<a\s/i.exec(content)?.index ?? content.length;
    anchors.push({ href, text: textOf(content.slice(0, end)) });
  }
  return anchors;
}

function hrefOf(attributes: string): string | null {
  const [, double, single, plain] =
    /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes) ?? [];
  const href = double ?? single ?? plain;
  return href === undefined ? null : withoutEntities(href).trim();
}

function textOf(content: string): string {
  return cleanLine(
    withoutEntities(content.replaceAll(/<(?:[^<>"']|"[^"]*"|'[^']*')*>/g, ' ')),
    LONGEST_TEXT,
  );
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  middot: '·',
  mdash: '—',
  ndash: '–',
  hellip: '…',
};

/** Also for XML. Unknown entities stay as they are. */
export function withoutEntities(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,10}));/gi,
    (whole, ...found: (string | undefined)[]) => {
      const [decimal, hex, name] = found;
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : '';
    },
  );
}
