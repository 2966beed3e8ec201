/**
 * Reads `git diff -z --raw --numstat --patch` as it comes: first one record per file (`:mode mode id id STATUS\0name\0`,
 * two names for renames), then the counts (`added\tdeleted\tname\0`, for renames `added\tdeleted\t\0old\0new\0`), an empty
 * record, and the patches in the same order. Keeps what fits the bounds and asks for no more when it has enough.
 */
import type { DiffFile } from '../../../../shared/contract-review.ts';
import type { ChangeStats } from '../../../../shared/domain/task.ts';

const MOST_PATCH_BYTES = 200_000;
/** All patches of a change together: what a window can still show at once. */
const MOST_BYTES = 8_000_000;

const STATUS: Readonly<Record<string, DiffFile['status']>> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type_changed',
};

export interface FileDiffs {
  readonly stats: ChangeStats;
  readonly files: DiffFile[];
  /** True when there are more files than listed. */
  readonly truncated: boolean;
}

type Draft = { -readonly [K in keyof DiffFile]: DiffFile[K] };

export interface DiffReader {
  /** Takes a piece of output; false: no more is needed. */
  take(chunk: Buffer): boolean;
  end(): FileDiffs;
}

export function createDiffReader(mostFiles: number): DiffReader {
  const files: Draft[] = [];
  const stats = { files: 0, insertions: 0, deletions: 0 };
  const patches = createPatches(files);
  let rest = Buffer.alloc(0);
  let counted = 0;
  let inPatches = false;

  /** One record of the lists; undefined: it is not all there yet. */
  function record(at: number): { fields: string[]; next: number } | undefined {
    const first = field(rest, at);
    if (!first) return undefined;
    const isCount = !first.text.startsWith(':');
    const isPair = isCount ? first.text.endsWith('\t') : /^:.* [RC]\d*$/.test(first.text);
    const fields = [first.text];
    let { next } = first;
    for (let more = isPair ? 2 : isCount ? 0 : 1; more > 0; more--) {
      const name = field(rest, next);
      if (!name) return undefined;
      fields.push(name.text);
      next = name.next;
    }
    return { fields, next };
  }

  function readLists(): void {
    let at = 0;
    while (!inPatches) {
      const found = record(at);
      if (!found) break;
      at = found.next;
      const [head = '', ...names] = found.fields;
      if (head === '') inPatches = true;
      else if (!head.startsWith(':')) count(head, files[counted++], stats);
      else if (stats.files++ < mostFiles) files.push(draftOf(head, names));
    }
    rest = rest.subarray(at);
  }

  return {
    take(chunk) {
      if (inPatches) return patches.take(chunk);
      rest = Buffer.concat([rest, chunk]);
      readLists();
      return !inPatches || patches.take(rest);
    },
    end() {
      patches.end();
      return { stats, files, truncated: stats.files > files.length };
    },
  };
}

function field(data: Buffer, at: number): { text: string; next: number } | undefined {
  const end = data.indexOf(0, at);
  return end < 0 ? undefined : { text: data.toString('utf8', at, end), next: end + 1 };
}

function draftOf(head: string, names: readonly string[]): Draft {
  const letter = head.split(' ')[4]?.charAt(0) ?? '';
  const [path = '', to] = names;
  return {
    path: to ?? path,
    oldPath: to === undefined ? null : path,
    status: STATUS[letter] ?? 'modified',
    insertions: 0,
    deletions: 0,
    binary: false,
    patch: '',
    truncated: false,
  };
}

function count(
  head: string,
  file: Draft | undefined,
  stats: { insertions: number; deletions: number },
): void {
  const [added = '', deleted = ''] = head.split('\t');
  // Git writes a dash for what has no lines.
  const binary = added === '-';
  const insertions = binary ? 0 : Number(added);
  const deletions = binary ? 0 : Number(deleted);
  stats.insertions += insertions;
  stats.deletions += deletions;
  if (file) Object.assign(file, { binary, insertions, deletions });
}

/** Hands the hunks to their files: each patch begins with `diff --git `, its hunks with the first `@@`. */
function createPatches(files: readonly Draft[]): { take(chunk: Buffer): boolean; end(): void } {
  let index = -1;
  let inHunks = false;
  let bytes = 0;
  let total = 0;
  let kept: string[] = [];
  let rest = '';
  const decoder = new TextDecoder();

  function close(): void {
    const file = files[index];
    if (file) file.patch = kept.join('');
    kept = [];
    bytes = 0;
    inHunks = false;
  }

  function take(line: string): void {
    if (line.startsWith('diff --git ')) {
      close();
      index++;
      return;
    }
    inHunks ||= line.startsWith('@@');
    const file = files[index];
    if (!inHunks || !file || file.truncated) return;
    const size = Buffer.byteLength(line);
    if (bytes + size > MOST_PATCH_BYTES || total + size > MOST_BYTES) {
      file.truncated = true;
      return;
    }
    bytes += size;
    total += size;
    kept.push(line);
  }

  function feed(text: string): void {
    const whole = rest + text;
    let at = 0;
    for (let end = whole.indexOf('\n'); end >= 0; end = whole.indexOf('\n', at)) {
      take(whole.slice(at, end + 1));
      at = end + 1;
    }
    rest = whole.slice(at);
    // A line that alone is beyond the bound need not be held until its end.
    if (rest.length > MOST_PATCH_BYTES) rest = rest.slice(0, MOST_PATCH_BYTES + 1);
  }

  return {
    take(chunk) {
      feed(decoder.decode(chunk, { stream: true }));
      return index < files.length;
    },
    end() {
      feed(decoder.decode());
      if (rest !== '') take(rest);
      close();
    },
  };
}
