/** Which file of the built user interface an `app://ui` address means. */
import path from 'node:path';

/** The file behind an address; `null` for anything outside of `dir`. */
export function fileOf(dir: string, address: string): string | null {
  const url = URL.parse(address);
  if (url?.host !== 'ui') return null;
  const name = url.pathname === '/' ? 'index.html' : decoded(url.pathname);
  if (name === null || name.includes('\0')) return null;
  const file = path.join(dir, name);
  return file.startsWith(dir + path.sep) ? file : null;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // Such as `%zz`: no file has that name.
    return null;
  }
}
