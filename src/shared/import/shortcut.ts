/** Files that hold one link: `.url` of Windows and `.desktop` of Linux (INI), `.webloc` of macOS (XML or binary plist). */
import { withoutEntities } from './html.ts';

const BINARY = 'bplist00';

/** The address in an INI file, or `null`. */
export function urlOfIni(text: string): string | null {
  return (
    /^[ \t]*URL(?:\[\$e\])?[ \t]*=[ \t]*(\S.*)$/im.exec(text.slice(0, 20_000))?.[1]?.trim() ?? null
  );
}

/** The address in a plist as text, or `null`. */
export function urlOfXmlPlist(text: string): string | null {
  const [, url] =
    /<key>\s*URL\s*<\/key>\s*<string>([^<]*)<\/string>/i.exec(text.slice(0, 20_000)) ?? [];
  return url === undefined ? null : withoutEntities(url).trim();
}

/** The first address in a binary plist, or `null`. Strings in it lie apart, each with its length before it. */
export function urlOfBinaryPlist(bytes: Uint8Array): string | null {
  if (ascii(bytes, 0, BINARY.length) !== BINARY || bytes.length > 20_000) return null;
  for (let at = BINARY.length; at < bytes.length; at++) {
    const text = stringAt(bytes, at);
    if (text !== null && /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text)) return text;
  }
  return null;
}

/** 0x5_: ASCII, 0x6_: UTF-16BE; the low half is the length, 15 means that an integer with it follows. */
function stringAt(bytes: Uint8Array, at: number): string | null {
  const marker = bytes[at] ?? 0;
  const kind = marker >> 4;
  if (kind !== 5 && kind !== 6) return null;
  const { length, from } =
    (marker & 15) < 15 ? { length: marker & 15, from: at + 1 } : longLength(bytes, at + 1);
  const size = kind === 5 ? length : length * 2;
  if (length === 0 || from + size > bytes.length) return null;
  if (kind === 5) return ascii(bytes, from, length);
  const codes = Array.from(
    { length },
    (_, i) => (bytes[from + 2 * i] ?? 0) * 256 + (bytes[from + 2 * i + 1] ?? 0),
  );
  return String.fromCharCode(...codes);
}

function longLength(bytes: Uint8Array, at: number): { length: number; from: number } {
  const marker = bytes[at] ?? 0;
  const size = 1 << (marker & 15);
  // An integer of 1 or 2 bytes; whatever is longer than that is no address.
  if (marker >> 4 !== 1 || size > 2) return { length: 0, from: at };
  const length =
    size === 1 ? (bytes[at + 1] ?? 0) : (bytes[at + 1] ?? 0) * 256 + (bytes[at + 2] ?? 0);
  return { length, from: at + 1 + size };
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
