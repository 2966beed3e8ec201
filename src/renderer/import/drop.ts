/** What a drag or the clipboard holds: what can be said of it while it is dragged, and the payload once it is dropped. */
import { MOST_BYTES, type Payload } from '../../shared/import/payload.ts';

/** What is seen of a drag before it is dropped: browsers tell kinds then, no contents. */
export type Seen =
  | { readonly kind: 'files'; readonly count: number }
  | { readonly kind: 'link' | 'text' | 'nothing' };

export type Drop =
  | { readonly kind: 'payload'; readonly payload: Payload }
  /** One folder of this PC. */
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'too_large' };

export function seenOf({ types, items }: Pick<DataTransfer, 'types' | 'items'>): Seen {
  if (types.includes('Files')) {
    return { kind: 'files', count: [...items].filter(({ kind }) => kind === 'file').length };
  }
  if (types.includes('text/uri-list') || types.includes('text/x-moz-url')) return { kind: 'link' };
  if (types.includes('text/plain') || types.includes('text/html')) return { kind: 'text' };
  return { kind: 'nothing' };
}

/** What the source allows of what we can do; with anything else the drop would be refused. */
export function effectFor(allowed: DataTransfer['effectAllowed']): DataTransfer['dropEffect'] {
  if (allowed === 'link' || allowed === 'linkMove') return 'link';
  return allowed === 'move' ? 'move' : 'copy';
}

/**
 * Takes what a drop holds; must be called in the event itself, because its data is gone afterwards.
 * @param pathOf where a file lies on disk; empty when that is not known
 * @returns `null` when there is nothing in it
 */
export function takeDrop(
  transfer: DataTransfer,
  pathOf: (file: File) => string,
): Promise<Drop> | null {
  const files = filesOf(transfer);
  if (files.length > 0) return readFiles(files, pathOf);
  const text = transfer.getData('text/plain');
  const rest = {
    html: transfer.getData('text/html'),
    uriList: transfer.getData('text/uri-list'),
    mozUrl: transfer.getData('text/x-moz-url'),
  };
  const given = Object.entries(rest).filter(([, value]) => value !== '');
  if (text.trim() === '' && given.length === 0) return null;
  const size = Math.max(text.length, ...given.map(([, value]) => value.length));
  if (size > MOST_BYTES) return Promise.resolve({ kind: 'too_large' });
  const payload: Payload = { kind: 'text', text, ...Object.fromEntries(given) };
  return Promise.resolve({ kind: 'payload', payload });
}

/** Files that were picked. */
export async function takeFiles(files: readonly File[]): Promise<Drop> {
  const all = files.map((file) => ({ file, isFolder: false }));
  return await readFiles(all, () => '');
}

interface Taken {
  readonly file: File;
  readonly isFolder: boolean;
}

function filesOf({ items }: DataTransfer): Taken[] {
  return [...items].flatMap((item) => {
    const file = item.kind === 'file' ? item.getAsFile() : null;
    return file ? [{ file, isFolder: item.webkitGetAsEntry()?.isDirectory ?? false }] : [];
  });
}

const MOST_FILES = 200;

async function readFiles(all: readonly Taken[], pathOf: (file: File) => string): Promise<Drop> {
  const [first] = all;
  if (first?.isFolder && all.length === 1 && pathOf(first.file) !== '') {
    return { kind: 'folder', path: pathOf(first.file) };
  }
  const size = all.reduce((sum, { file, isFolder }) => sum + (isFolder ? 0 : file.size), 0);
  if (size > MOST_BYTES || all.length > MOST_FILES) return { kind: 'too_large' };
  const files = await Promise.all(
    all.map(async ({ file, isFolder }) =>
      isFolder
        ? ({ kind: 'folder', path: pathOf(file) || file.name } as const)
        : ({ kind: 'file', name: file.name, base64: await base64Of(file) } as const),
    ),
  );
  return { kind: 'payload', payload: { kind: 'files', files } };
}

/** By the browser itself, away from the thread that draws. A file that cannot be read is an empty one. */
function base64Of(file: File): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener('loadend', () => {
      const { result } = reader;
      resolve(typeof result === 'string' ? result.slice(result.indexOf(',') + 1) : '');
    });
    reader.readAsDataURL(file);
  });
}
