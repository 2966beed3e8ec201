/** The stable name of a repository: of its mirror on the coordinator, of its cache on each agent, in `/git/KEY.git`. */
import { createHash } from 'node:crypto';
import { slugOf } from '../../../shared/text.ts';

/**
 * A readable word and ten hexadecimal digits of the hash: `invoice-3f9a2b71c0`.
 * @param url normalised address, as `Forge.inspect` gives it
 */
export function repoKeyOf(url: string): string {
  const plain = url.replace(/[/\\]+$/, '').replace(/\.git$/, '');
  const name = slugOf(plain.split(/[/\\:]/).findLast((part) => part !== '') ?? '') || 'repository';
  return `${name}-${createHash('sha256').update(plain).digest('hex').slice(0, 10)}`;
}

/** What a key can look like; everything else never reaches the file system. */
export function isRepoKey(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,99}$/.test(text);
}
