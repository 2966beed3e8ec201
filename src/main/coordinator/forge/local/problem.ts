/** What git complains of, as one of the few problems that a person can do something about. Pure. */
import { GitError } from '../git.ts';
import type { RepoProblem } from '../port.ts';

const AUTH =
  /could not read (Username|Password)|Authentication failed|terminal prompts disabled|Permission denied \(|Permission denied, please|returned error: 40[13]|HTTP 40[13]|Host key verification failed|correct access rights/i;
/** curl, ssh and git's own transport, each in its words. */
const UNRESOLVED =
  /Could not resolve (host|proxy|hostname)|Temporary failure in name resolution|Name or service not known|nodename nor servname|No address associated with hostname|Unable to look up|Resolving timed out/i;
/** Ssh adds a guess at the rights of the user to whatever went wrong on the way. */
const UNREACHED =
  /Connection (refused|timed out|reset|closed)|No route to host|Network is unreachable|Operation timed out/i;
const MISSING =
  /not found|does not appear to be a git repository|not a git repository|returned error: (404|410)|No such file/i;

/** @param name the repository, as the person gave it */
export function problemOf(error: GitError, name: string): RepoProblem {
  const said = tidy(error.stderr);
  if (error.kind === 'missing') return { code: 'repo_unreachable', message: said };
  if (error.kind === 'aborted') {
    return {
      code: 'repo_unreachable',
      message: `reading ${name} was stopped because the coordinator is ending`,
    };
  }
  if (error.kind === 'timed_out') {
    return {
      code: 'repo_unreachable',
      message: `${name} did not answer in time. Check the address and the network${also(said)}`,
    };
  }
  if (/Host key verification failed/.test(said)) {
    return {
      code: 'repo_auth_required',
      message: `the host of ${name} is not known to ssh yet: connect to it once in a terminal, then try again`,
    };
  }
  if (isNameProblem(error)) {
    return {
      code: 'repo_unreachable',
      message: `the name of the host of ${name} cannot be looked up. Check the address, and the network and name servers of this PC${also(said)}`,
    };
  }
  if (UNREACHED.test(said) && !/Permission denied/i.test(said)) {
    return {
      code: 'repo_unreachable',
      message: `${name} cannot be reached. Check the network, and that the server is up${also(said)}`,
    };
  }
  // A server that hides what exists asks for a password, and ssh says both; the password comes first.
  if (AUTH.test(said)) {
    return {
      code: 'repo_auth_required',
      message: `${name} asks for a password or key that git does not have (or it does not exist). Make "git ls-remote" on it work in a terminal of this PC, then try again${also(said)}`,
    };
  }
  if (MISSING.test(said)) {
    return {
      code: 'repo_not_found',
      message: `there is no repository at ${name}. Check the address${also(said)}`,
    };
  }
  return {
    code: 'repo_unreachable',
    message: `${name} cannot be read. Check the address and the network${also(said)}`,
  };
}

/** True when a host's name could not be looked up. */
export function isNameProblem({ stderr }: GitError): boolean {
  return UNRESOLVED.test(stderr);
}

/** Git failed on our own mirror: not what the repository did, but its task cannot go on. */
export function ownProblem(error: unknown, name: string): RepoProblem {
  if (!(error instanceof GitError)) throw error;
  return {
    code: 'repo_unreachable',
    message: `the mirror of ${name} cannot be used: ${error.message}`,
  };
}

/** The lines of git's complaint that matter, without prefixes. */
export function tidy(stderr: string): string {
  const lines = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(hint|warning): /.test(line));
  return lines
    .slice(-6)
    .map((line) => line.replace(/^(fatal|error|remote): /, '').trim())
    .join(' ')
    .trim();
}

function also(said: string): string {
  return said === '' ? '' : ` (git: ${said})`;
}
