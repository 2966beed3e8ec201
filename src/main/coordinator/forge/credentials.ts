/**
 * Gives git what it needs to read and write repositories of a host where somebody is signed in: as configuration in its
 * environment, for that host alone, never in an argument or an address.
 */
import { GitError, type Git, type GitConfig, type GitOptions } from './git.ts';

export interface Credentials {
  /** Configuration for an address of https at a signed-in host; `null`: git does with what the user has. */
  gitEnv(url: string): Promise<GitConfig | null>;
  /** Git was refused there, or sent elsewhere; true: asking again, with a newer `gitEnv`, may help. */
  gitRefused(url: string, said: string): Promise<boolean>;
}

const OVER_THE_NETWORK = ['fetch', 'ls-remote', 'push'];
/** In the words of git's own HTTP, of curl, and of GitHub. */
const REFUSED =
  /returned error: (30[1278]|40[0134])|Authentication failed|could not read Username|redirect|Repository not found|repository '.*' not found/i;

/** The same git, which asks other machines with the credential that somebody signed in with there, if any. */
export function withCredentials(git: Git, credentials: Credentials | undefined): Git {
  if (!credentials) return git;
  return {
    start: git.start,
    async run(args, options) {
      const url = addressIn(args);
      const config = url === undefined ? null : await credentials.gitEnv(url);
      if (url === undefined || config === null) return await git.run(args, options);
      try {
        return await git.run(args, withConfig(options, config));
      } catch (error) {
        if (!(error instanceof GitError) || error.kind !== 'failed') throw error;
        if (!REFUSED.test(error.stderr) || !(await credentials.gitRefused(url, error.stderr)))
          throw error;
        const newer = await credentials.gitEnv(url);
        return await git.run(args, newer === null ? options : withConfig(options, newer));
      }
    },
  };
}

function addressIn(args: readonly string[]): string | undefined {
  const [command = ''] = args;
  if (!OVER_THE_NETWORK.includes(command)) return undefined;
  const address = args[args.indexOf('--') + 1] ?? '';
  return /^https?:\/\//i.test(address) ? address : undefined;
}

function withConfig(options: GitOptions, config: GitConfig): GitOptions {
  return { ...options, config: { ...options.config, ...config } };
}
