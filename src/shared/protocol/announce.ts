/**
 * What an agent tells its LAN by mDNS, and how a coordinator reads it: `_koubou._tcp`, with TXT strings `id`, `name`, `version` and
 * `workshop`. Anybody on the LAN can say such things: it helps a person to choose, and gives no right. Pure.
 */
import { z } from 'zod';
import { OwnAgentId } from '../ids.ts';
import { line } from '../text.ts';

export const AGENT_SERVICE = '_koubou._tcp.local';

/** A TXT string has at most 255 bytes, with its key. */
const MOST_VALUE_BYTES = 200;
const SHORT_ID = 12;

export const AnnouncedAgent = z.strictObject({
  id: OwnAgentId,
  name: line(100),
  version: line(100),
  /** Short id of the workshop that it belongs to; `null`: it has none. */
  workshop: z
    .string()
    .regex(/^[\w-]{1,12}$/)
    .nullable(),
});
export type AnnouncedAgent = z.infer<typeof AnnouncedAgent>;

/** @param fingerprint of the workshop's authority: SHA-256 of its public key, base64url */
export function shortWorkshopId(fingerprint: string): string {
  return fingerprint.slice(0, SHORT_ID);
}

export function agentTxt({ id, name, version, workshop }: AnnouncedAgent): string[] {
  const fields = { id, name, version, workshop: workshop ?? '' };
  return Object.entries(fields).map(([key, value]) => `${key}=${cut(value)}`);
}

/** `null`: not what an agent says. */
export function readAgentTxt(strings: readonly string[]): AnnouncedAgent | null {
  const fields = new Map(
    strings.slice(0, 50).map((text) => {
      const at = text.indexOf('=');
      return [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
    }),
  );
  const of = (key: string): string | undefined => fields.get(key);
  const read = AnnouncedAgent.safeParse({
    ...{ id: of('id'), name: of('name'), version: of('version') },
    workshop: of('workshop') === '' ? null : of('workshop'),
  });
  return read.success ? read.data : null;
}

/** Whole characters only. */
function cut(text: string): string {
  let [kept, bytes] = ['', 0];
  for (const character of text) {
    bytes += utf8Length(character.codePointAt(0) ?? 0);
    if (bytes > MOST_VALUE_BYTES) break;
    kept += character;
  }
  return kept;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
