/** Takes a web address apart. Pure text: neither DOM nor Node has to be there. */

export interface WebAddress {
  readonly scheme: 'http' | 'https';
  /** Lower case, with the port when it is not the usual one. */
  readonly host: string;
  /** The path without empty parts, decoded. */
  readonly parts: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

const ADDRESS =
  /^(https?):\/\/(?:[^\s/?#@]*@)?([^\s/?#@:[\]]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(\/[^\s?#]*)?(?:\?([^\s#]*))?(?:#\S*)?$/i;

/** `null` when it is none. A name and password in it are left out. */
export function readWebAddress(text: string): WebAddress | null {
  const found = ADDRESS.exec(text);
  if (!found) return null;
  const [, given = '', name = '', port, path = '', query = ''] = found;
  const scheme = given.toLowerCase() === 'http' ? 'http' : 'https';
  const usual = scheme === 'http' ? '80' : '443';
  const bare = name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^www\./, '');
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  if (bare === '' || parts.some((part) => part === '.' || part === '..' || part.includes('/'))) {
    return null;
  }
  const host = port === undefined || port === usual ? bare : `${bare}:${port}`;
  return { scheme, host, parts, query: readQuery(query) };
}

/** The address of some parts at the same place. */
export function addressOf({ scheme, host }: WebAddress, parts: readonly string[]): string {
  return `${scheme}://${host}/${parts.map((part) => encodeURIComponent(part)).join('/')}`;
}

/** Percent signs resolved; the text itself when they make no sense. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone percent sign is part of the text.
    return text;
  }
}

function readQuery(text: string): Map<string, string> {
  const pairs = text.split('&').map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return at < 0 ? [pair, ''] : [pair.slice(0, at), decoded(pair.slice(at + 1))];
  });
  return new Map(pairs);
}
