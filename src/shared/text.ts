/** Rules for text that people type and that ends up in terminals, branch names and file names. */
import { z } from 'zod';

// Unicode category Cc without tab and line feed: an escape sequence in a title would run in every
// terminal that prints it.
// oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
// Bidirectional overrides can make a title read as something it is not (CVE-2021-42574).
const BIDI = /[\u202a-\u202e\u2066-\u2069]/;

/** One line of visible text. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must be at most ${max} characters`)
    .refine(
      (text) => !CONTROL.test(text) && !/[\t\n]/.test(text),
      'must not contain control characters or line breaks',
    )
    .refine((text) => !BIDI.test(text), 'must not contain bidirectional control characters');
}

/** Free text of many lines; carriage returns become line feeds. */
export function paragraphs(max: number) {
  return z
    .string()
    .max(max, `must be at most ${max} characters`)
    .transform((text) => text.replaceAll('\r\n', '\n'))
    .refine((text) => !CONTROL.test(text), 'must not contain control characters');
}

/** Text from outside as one line of visible text, shortened to `max`: what `line` would refuse is taken out. May be empty. */
export function cleanLine(text: string, max: number): string {
  const plain = unbroken(text.slice(0, max * 4))
    .replaceAll(EVERY_BIDI, '')
    .replaceAll(/\s+/g, ' ');
  return cut(plain.trim(), max).trim();
}

/** Text from outside as `paragraphs` takes it, shortened to `max`. */
export function cleanParagraphs(text: string, max: number): string {
  return cut(unbroken(text.slice(0, max * 2).replaceAll(/\r\n?/g, '\n')), max);
}

const EVERY_CONTROL = new RegExp(CONTROL.source, 'g');
const EVERY_BIDI = new RegExp(BIDI.source, 'g');

// Half a pair is no character: the database would keep another text than was hashed.
function unbroken(text: string): string {
  return text.replaceAll(EVERY_CONTROL, ' ').replaceAll(/\p{Surrogate}/gu, '');
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
}

/** A short form of a title for branch names: `Fix the total!` becomes `fix-the-total`; may be empty. */
export function slugOf(title: string, max = 40): string {
  return (
    title
      .normalize('NFKD')
      // The accents that the line above took off their letters.
      .replaceAll(/\p{Mark}+/gu, '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+/g, '')
      .slice(0, max)
      .replaceAll(/-+$/g, '')
  );
}
