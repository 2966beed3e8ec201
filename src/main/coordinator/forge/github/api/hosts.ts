/**
 * Where a GitHub is: github.com, one with data residency (`acme.ghe.com`) or an Enterprise server, each with its addresses for
 * REST, GraphQL, git and people, from what a person typed or an address said. Pure.
 */
import { fail, ok, type Result } from '../../../../../shared/result.ts';

export interface GitHubHost {
  /** What accounts and tasks know it by: `github.com`, `github.example.com`, `127.0.0.1:4000`. */
  readonly name: string;
  /** Origin for people and for git: `https://github.com`. */
  readonly web: string;
  /** What REST paths are put after: `https://api.github.com`, `https://github.example.com/api/v3`. */
  readonly rest: string;
  readonly graphql: string;
}

/** One repository at a host. */
export interface RepoPlace {
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The host of a name (`github.com`) or an address (`https://github.example.com/acme/shop`); the error is a sentence. */
export function hostOf(text: string): Result<GitHubHost, string> {
  const given = text.trim();
  const url = parse(given);
  if (!url) {
    return fail(
      `${JSON.stringify(given)} is no address of a GitHub: give github.com, or https://github.example.com`,
    );
  }
  if (url.username !== '' || url.password !== '')
    return fail('give the address without a name or password in it');
  const isLocal = LOOPBACK.test(url.hostname);
  if (url.protocol === 'http:' && !isLocal) {
    return fail(
      `${url.host} would be asked without encryption, and everybody on the way could read the token: give https://${url.host}`,
    );
  }
  return ok(addressesOf(url));
}

/** The repository that an address of https names: `https://github.com/acme/shop.git`, or a page in it; else `null`. */
export function placeOf(text: string): RepoPlace | null {
  if (!/^https?:\/\//i.test(text)) return null;
  const url = parse(text);
  const [owner, name] = url?.pathname.split('/').filter((part) => part !== '') ?? [];
  if (!url || owner === undefined || name === undefined) return null;
  const repo = name.replace(/\.git$/, '');
  return repo === '' ? null : { host: hostName(url), owner, repo };
}

/** `acme/shop`, in small letters, because GitHub takes both for one. */
export function repoName({ owner, repo }: Pick<RepoPlace, 'owner' | 'repo'>): string {
  return `${owner}/${repo}`.toLowerCase();
}

function parse(text: string): URL | null {
  const hasScheme = /^https?:\/\//i.test(text);
  if (!hasScheme && !/^[\w.-]+(:\d+)?(\/|$)|^\[::1\](:\d+)?$/.test(text)) return null;
  const bare = hasScheme ? URL.parse(text) : URL.parse(`https://${text}`);
  // Nobody has a certificate for this PC: an address of it without a scheme is a plain one.
  if (bare && !hasScheme && LOOPBACK.test(bare.hostname)) return URL.parse(`http://${text}`);
  return bare;
}

function hostName(url: URL): string {
  const name = url.host.toLowerCase();
  return name === 'www.github.com' || name === 'api.github.com' ? 'github.com' : name;
}

function addressesOf(url: URL): GitHubHost {
  const name = hostName(url);
  const web = `${url.protocol}//${name}`;
  if (name === 'github.com' || name.endsWith('.ghe.com')) {
    const api = `https://api.${name.replace(/^api\./, '')}`;
    return { name, web, rest: api, graphql: `${api}/graphql` };
  }
  return { name, web, rest: `${web}/api/v3`, graphql: `${web}/api/graphql` };
}
