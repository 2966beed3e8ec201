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
