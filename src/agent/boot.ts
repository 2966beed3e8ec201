/** Which start of the machine this is: what was not written through before another one may be torn. */
import { readFileSync } from 'node:fs';

const FILE = '/proc/sys/kernel/random/boot_id';

/** The same for all processes until the machine starts again; empty where the system does not tell. */
export function bootId(): string {
  try {
    return readFileSync(FILE, 'utf8').trim();
  } catch {
    // Only Linux has it; elsewhere what was found is taken as it is.
    return '';
  }
}
