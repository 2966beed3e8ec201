/**
 * How a secret may be written down on its way out: as it is, and as programs do, and people who hide it. Whoever looks for
 * it looks for all of these. Pure.
 */

export interface Secret {
  /** For people: what it opens. */
  readonly name: string;
  readonly value: string;
}

export interface Spelling {
  /** `plain`, `base64 +1`, `hex`: for the message of a failed test. */
  readonly how: string;
  readonly text: string;
}

/** All spellings of a text of at least eight characters. */
export function spellingsOf(value: string): Spelling[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const octets = hex.replaceAll(/../g, '%$&');
  const all: Spelling[] = [
    { how: 'plain', text: value },
    { how: 'reversed', text: Buffer.from(bytes.toReversed()).toString() },
    { how: 'url', text: encodeURIComponent(value) },
    { how: 'url of each character', text: octets },
    { how: 'URL OF EACH CHARACTER', text: octets.toUpperCase() },
    { how: 'hex', text: hex },
    { how: 'HEX', text: hex.toUpperCase() },
    ...[0, 1, 2].flatMap((shift) => base64At(bytes, shift)),
  ];
  const seen = new Set<string>();
  return all.filter(({ text }) => !seen.has(text) && seen.add(text));
}

/** In base64 a text looks otherwise at each of three places; characters that depend on what is beside it are left out. */
function base64At(bytes: Buffer, shift: number): Spelling[] {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const whole = text.slice(
    Math.ceil((shift * 8) / 6),
    Math.floor(((shift + bytes.length) * 8) / 6),
  );
  return [
    { how: `base64 +${shift}`, text: whole },
    { how: `base64url +${shift}`, text: whole.replaceAll('+', '-').replaceAll('/', '_') },
  ];
}

const ESCAPE = '\\u001b';
/** What stands between two parts of a text that a program wrote in several goes: sequences for the terminal, ends of lines. */
const BETWEEN = new RegExp(
  [
    // A recording in JSON has the same as escapes.
    String.raw`\\(?:u001b|e|x1b)\[[0-9;?]*[A-Za-z]`,
    String.raw`\\(?:u00[01][0-9a-f]|[nrtb])`,
    `${ESCAPE}\\[[0-9;?<=>]*[A-Za-z@-~]`,
    `${ESCAPE}\\][^\\u0007${ESCAPE}]*(?:\\u0007|${ESCAPE}\\\\)`,
    `${ESCAPE}[@-Z\\\\^_=>()][0-9A-Z]?`,
    String.raw`[\u0000-\u0020\u007f]`,
  ].join('|'),
  'g',
);

/** A text as somebody reads it who leaves out where its parts were joined. */
export function joined(text: string): string {
  return text.replaceAll(BETWEEN, '');
}
