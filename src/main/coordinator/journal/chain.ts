/**
 * The hash chain of the log. Each event's hash covers the one before it, so that no event can be changed, taken out or put in
 * without every later hash being wrong. It can be checked with nothing but a database browser and sha256sum:
 * SHA-256 of the text `PREVIOUS \n SEQ \n AT \n ACTOR \n BODY` (no spaces), PREVIOUS being 64 hexadecimal digits, ACTOR a
 * JSON string and BODY the column as it stands. None of them contains a line feed.
 */
import { hash } from 'node:crypto';

/** Stands before the first event. */
export const FIRST_HASH = '0'.repeat(64);

/** The hash of an event, as hexadecimal digits. `body` is the JSON text that is stored. */
export function chainHash(
  previous: string,
  seq: number,
  at: number,
  actor: string,
  body: string,
): string {
  return hash('sha256', `${previous}\n${seq}\n${at}\n${JSON.stringify(actor)}\n${body}`, 'hex');
}
