/**
 * What an address points at: an issue, a pull request or a repository of a forge, or a repository of this PC. Known by the
 * shape of the address, so that GitHub Enterprise, GitLab, Gitea and Forgejo on hosts of their own are known, too.
 */
import type { ForgeKind, Origin } from '../domain/origin.ts';
import { cleanLine } from '../text.ts';
import { addressOf, decoded, readWebAddress, type WebAddress } from './web-address.ts';

export interface Reference {
  readonly kind: 'issue' | 'pull_request' | 'repository';
  /** `null` for a repository. */
  readonly origin: Origin | null;
  /** What git clones: an address, or a path of this PC. */
  readonly repo: string;
  /** The branch that the address names. */
  readonly base: string | null;
  readonly forge: ForgeKind;
}

const LONGEST = 1_900;

/** `null` when it is no reference. */
export function readReference(given: string): Reference | null {
  const text = given.trim();
  if (text === '' || text.length > LONGEST || cleanLine(text, LONGEST) !== text) return null;
  const web = readWebAddress(text);
  const found = web ? readWeb(web) : (readShort(text) ?? readLocal(text) ?? readGit(text));
  // Letters that an address must escape make it longer than it was.
  return found && Math.max(found.repo.length, found.origin?.url.length ?? 0) <= 2_000
    ? found
    : null;
}

/** `acme/shop#12`, as people write it of GitHub. */
function readShort(text: string): Reference | null {
  const [, owner, name, number] = /^([\w.-]{1,100})\/([\w.-]{1,100})#(\d{1,9})$/.exec(text) ?? [];
  if (owner === undefined || name === undefined || number === undefined) return null;
  return readWeb({
    scheme: 'https',
    host: 'github.com',
    parts: [owner, name, 'issues', number],
    query: new Map(),
  });
}

/** A path from the root, from `~`, or of a drive; `file://` addresses. */
function readLocal(text: string): Reference | null {
  const file = /^file:\/\/(?:localhost)?(\/.*)$/i.exec(text)?.[1];
  const path = file === undefined ? text : decoded(file).replace(/^\/([a-z]:)/i, '$1');
  if (!/^(?:\/[^/\s]|~\/\S|[a-z]:[\\/]\S)/i.test(path)) return null;
  const repo = path.length > 3 ? path.replace(/[/\\]+$/, '') : path;
  return { kind: 'repository', origin: null, repo, base: null, forge: 'local' };
}

function readGit(text: string): Reference | null {
  const isAddress = /^(?:ssh|git):\/\/(?:\w[\w.-]*@)?[^\s@/-][^\s@/]*\/\S+$/i.test(text);
  const isScp = /^[\w.-]+@[\w.-]+:[^\s:/-]\S*$/.test(text);
  if (!isAddress && !isScp) return null;
  return { kind: 'repository', origin: null, repo: text, base: null, forge: 'other' };
}

/** Which forge a host runs, where its name tells. */
function forgeOf(host: string): ForgeKind | null {
  const name = host.replace(/:\d+$/, '');
  if (name === 'github.com' || name.endsWith('.ghe.com') || /^(?:github|ghe)\./.test(name))
    return 'github';
  if (name.startsWith('gitlab.') || name === 'salsa.debian.org') return 'gitlab';
  if (name === 'codeberg.org' || /(?:^|\.)(?:gitea|forgejo)\./.test(name)) return 'gitea';
  return null;
}

const PUBLIC = ['github.com', 'gitlab.com', 'codeberg.org'];

function readWeb(given: WebAddress): Reference | null {
  const web: WebAddress = PUBLIC.includes(given.host) ? { ...given, scheme: 'https' } : given;
  const forge = forgeOf(web.host);
  if (web.host === 'api.github.com') return readGitHubApi(web);
  const pane = forge === 'github' ? web.query.get('issue') : undefined;
  const [owner, name, number] = pane?.split('|') ?? [];
  if (owner && name && number && /^\d{1,9}$/.test(number)) {
    return numbered(web, 'github', [owner, name], 'issues', number);
  }
  return readNumbered(web, forge) ?? readRepository(web, forge);
}

function readGitHubApi(web: WebAddress): Reference | null {
  const [first, ...parts] = web.parts;
  if (first !== 'repos') return null;
  return readNumbered({ ...web, host: 'github.com', parts }, 'github');
}

const WORDS = ['issues', 'pull', 'pulls', 'pull-requests', 'merge_requests', 'work_items'];

/** `…/issues/12` and its like, wherever in the path: a forge may live below one. */
function readNumbered(web: WebAddress, known: ForgeKind | null): Reference | null {
  const { parts } = web;
  const at = parts.findLastIndex(
    (part, i) => WORDS.includes(part) && /^\d{1,9}$/.test(parts[i + 1] ?? ''),
  );
  const [word, number] = [parts[at], parts[at + 1]];
  if (at < 2 || word === undefined || number === undefined) return null;
  const isGitLab = parts[at - 1] === '-' || known === 'gitlab' || word === 'merge_requests';
  const path = parts.slice(0, parts[at - 1] === '-' ? at - 1 : at);
  if (path.length < 2 || (known === 'github' && path.length > 2)) return null;
  const forge = isGitLab
    ? 'gitlab'
    : (known ?? (word === 'pull' ? 'github' : word === 'pulls' ? 'gitea' : 'other'));
  return numbered(web, forge, path, word, number);
}

function numbered(
  web: WebAddress,
  forge: ForgeKind,
  path: readonly string[],
  word: string,
  number: string,
): Reference {
  const kind = word === 'issues' || word === 'work_items' ? 'issue' : 'pull_request';
  const [written, mark] = wordOf(forge, kind, word);
  // Names of these forges do not tell upper and lower case apart.
  const places = forge === 'other' ? path : path.map((part) => part.toLowerCase());
  const url = addressOf(web, [...places, ...written, String(Number(number))]);
  const ref = cleanLine(`${path.join('/')}${mark}${Number(number)}`, 500);
  return { kind, origin: { forge, url, ref }, repo: cloneOf(web, path), base: null, forge };
}

function wordOf(
  forge: ForgeKind,
  kind: 'issue' | 'pull_request',
  word: string,
): [readonly string[], '#' | '!'] {
  if (forge === 'gitlab') {
    return kind === 'issue' ? [['-', 'issues'], '#'] : [['-', 'merge_requests'], '!'];
  }
  if (kind === 'issue') return [['issues'], '#'];
  if (forge === 'github') return [['pull'], '#'];
  return [[forge === 'gitea' ? 'pulls' : word], '#'];
}

/** First parts of an address that are no owner. */
const NO_OWNER = new Set(
  (
    'about account apps collections contact customer-stories dashboard enterprise events explore features gist help ' +
    'issues join login logout marketplace new notifications orgs organizations pricing projects pulls readme search ' +
    'security settings site sponsors stars team topics trending user users watching -'
  ).split(' '),
);

function readRepository(web: WebAddress, forge: ForgeKind | null): Reference | null {
  const { parts } = web;
  const dash = parts.indexOf('-');
  const isNamed = parts.findIndex((part) => part.endsWith('.git'));
  const end =
    isNamed >= 1
      ? isNamed + 1
      : forge === 'gitlab'
        ? dash < 0
          ? parts.length
          : dash
        : forge === null
          ? 0
          : 2;
  const path = parts.slice(0, end);
  if (path.length < 2 || NO_OWNER.has(path[0] ?? '')) return null;
  const kind = forge ?? 'other';
  const base = branchOf(parts.slice(end));
  return { kind: 'repository', origin: null, repo: cloneOf(web, path), base, forge: kind };
}

/** The branch of `tree/NAME`, where its name is one part: of more, nobody knows where it ends. */
function branchOf(rest: readonly string[]): string | null {
  const [first, second, third] = rest[0] === '-' ? rest.slice(1) : rest;
  if (first === 'tree' && second !== undefined && third === undefined)
    return cleanLine(second, 200) || null;
  return first === 'src' && second === 'branch' && third !== undefined && rest.length === 3
    ? cleanLine(third, 200) || null
    : null;
}

function cloneOf(web: WebAddress, path: readonly string[]): string {
  const address = addressOf(web, path);
  return address.endsWith('.git') ? address : `${address}.git`;
}
