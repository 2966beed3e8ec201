/** Reads what a person gives as a repository: a path on this PC, or an address that git can fetch from. Pure. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { RepoProblem } from '../port.ts';

export type Address =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'remote'; readonly url: string };

const SCHEMES = ['http:', 'https:', 'ssh:', 'git:'];
/** Keys of well-known services, given in place of a user name. */
const KEY_AS_USER = /^(gh[a-z]_|github_pat_|glpat-|x-access-token$|x-token-auth$)/;

/** @param home the home folder that `~` stands for */
export function parseAddress(text: string, home: string): Result<Address, RepoProblem> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return parseUrl(text);
  if (/^[a-z0-9]+::/i.test(text))
    return refuse(text, 'give a path, or an address of http, https, ssh or git');
  if (text === '~' || text.startsWith('~/')) return local(path.join(home, text.slice(1)));
  if (path.isAbsolute(text)) return local(text);
  // `host:path` and `user@host:path`, as ssh has it; a colon after a slash is part of a path.
  const scp = /^(?:[\w.-]+@)?(?<host>[\w.-]+):(?<path>[^:].*)$/.exec(text);
  if (scp?.groups && !text.startsWith('-') && !scp.groups['path']?.startsWith('-')) {
    return ok({ kind: 'remote', url: text });
  }
  return refuse(
    text,
    'give the whole path, from the root or from ~, or an address such as https://…',
  );
}

/** The normalised text of an address. */
export function textOf(address: Address): string {
  return address.kind === 'local' ? address.path : address.url;
}

function parseUrl(text: string): Result<Address, RepoProblem> {
  let url: URL;
  try {
    url = new URL(text);
    if (url.protocol === 'file:') return local(fileURLToPath(url));
  } catch {
    return refuse(text.replace(/\/\/[^/]*@/, '//…@'), 'it is not a valid address');
  }
  if (url.password !== '' || KEY_AS_USER.test(url.username)) {
    return fail({
      code: 'repo_auth_required',
      message:
        `the address of ${url.host}${url.pathname} holds a password or key, which would be stored with the task. ` +
        'Give the address without it, and let git keep it: "git config --global credential.helper store", ' +
        'then fetch once in a terminal',
    });
  }
  if (!SCHEMES.includes(url.protocol))
    return refuse(text, 'the address must begin with https, http, ssh, git or file');
  if (url.hostname.startsWith('-')) return refuse(text, 'a host name does not begin with a dash');
  return ok({ kind: 'remote', url: url.href.replace(/\/+$/, '') });
}

function local(text: string): Result<Address, RepoProblem> {
  const whole = path.resolve(text);
  // The git folder of a checkout stands for the checkout.
  return ok({ kind: 'local', path: path.basename(whole) === '.git' ? path.dirname(whole) : whole });
}

function refuse(text: string, why: string): Result<Address, RepoProblem> {
  return fail({
    code: 'repo_not_found',
    message: `${JSON.stringify(text)} is not a repository: ${why}`,
  });
}
