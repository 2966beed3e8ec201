/**
 * The known_hosts files on this computer: one of our own, which takes the keys a person accepted here, and those of
 * the person and the system, which are only read.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { systemCode } from './errors.ts';
import {
  authorityOf,
  judge,
  knownKinds,
  knownLine,
  parseKnownHosts,
  type KnownLine,
  type Verdict,
} from './known-hosts.ts';
import type { Hop } from './route.ts';

/** What is on record about one host at one moment. */
export interface HostRecord {
  /** Kinds of the keys on record. */
  readonly kinds: readonly string[];
  /** A certificate authority vouches for this host. */
  readonly authority: KnownLine | undefined;
  judge(key: Buffer): Verdict;
}

export interface KnownHosts {
  /** Our own file. */
  readonly file: string;
  look(hop: Hop): Promise<HostRecord>;
  /** Files a key that a person accepted. Whole or not at all, also when several do it at once. */
  accept(hop: Hop, key: Buffer): Promise<void>;
}

/** `file` need not exist yet. */
export function openKnownHosts(file: string): KnownHosts {
  // One after another, since each writes the whole file anew.
  let last: Promise<unknown> = Promise.resolve();
  return {
    file,
    async look(hop) {
      const texts = [...new Set([file, ...hop.knownHostsFiles])].map(async (one) =>
        parseKnownHosts(await textOf(one, one === file), one),
      );
      const lines = (await Promise.all(texts)).flat();
      return {
        kinds: knownKinds(lines, hop),
        authority: authorityOf(lines, hop),
        judge: (key) => judge(lines, hop, key),
      };
    },
    accept(hop, key) {
      const done = last.then(async () => {
        const before = await textOf(file, true);
        const line = knownLine(hop, key);
        if (before.split('\n').includes(line.trimEnd())) return;
        const gap = before === '' || before.endsWith('\n') ? '' : '\n';
        await replace(file, `${before}${gap}${line}`);
      });
      last = done.catch(() => undefined);
      return done;
    },
  };
}

/** A file of others that cannot be read counts as empty: then the key is asked about, which is the safe side. */
async function textOf(file: string, isOwn: boolean): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isOwn && systemCode(error) !== 'ENOENT') throw error;
    return '';
  }
}

async function replace(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
