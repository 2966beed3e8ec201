/** What git gets of a credential: configuration that holds for one host alone. Pure. */
import type { GitConfig } from '../../git.ts';

export interface GitCredential {
  /** `https://github.com` */
  readonly origin: string;
  readonly token: string;
  /** The address that is asked for, and what the repository is called now, when that is another name. */
  readonly url: string;
  readonly movedTo: string | null;
}

/**
 * Redirects are not followed: git would take the header along, wherever they lead. A repository that has another name now is
 * found by `insteadOf`.
 */
export function gitConfigOf({ origin, token, url, movedTo }: GitCredential): GitConfig {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    // The empty value first, so that no header of the user's own stands beside it.
    [`http.${origin}/.extraHeader`]: ['', `Authorization: Basic ${basic}`],
    [`http.${origin}/.followRedirects`]: 'false',
    [`credential.${origin}.helper`]: '',
    ...(movedTo !== null && { [`url.${origin}/${movedTo}${endOf(url)}.insteadOf`]: url }),
  };
}

function endOf(url: string): string {
  return url.endsWith('.git') ? '.git' : '';
}
