/** Looks for a secret where it must not be: as it is, and as programs write it down on its way (base64, hex, in an address). */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Files in `dir` that hold the secret in any spelling. */
export function filesWith(secret: string, dir: string): string[] {
  const spellings = spellingsOf(secret).map((text) => Buffer.from(text));
  const found: string[] = [];
  for (const name of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(dir, name);
    if (!lstatSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    if (spellings.some((spelling) => bytes.includes(spelling))) found.push(name);
  }
  return found;
}

export function holds(text: string, secret: string): boolean {
  return spellingsOf(secret).some((spelling) => text.includes(spelling));
}

/** In base64 a text looks otherwise at each of three places; its ends depend on what is beside it, and are left out. */
function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
    return (['base64', 'base64url'] as const).map((kind) =>
      whole.toString(kind).replace(/=+$/, '').slice(4, -4),
    );
  });
  const hex = bytes.toString('hex');
  return [...new Set([secret, encodeURIComponent(secret), hex, hex.toUpperCase(), ...base64])];
}
