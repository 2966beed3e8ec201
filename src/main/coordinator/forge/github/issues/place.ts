/** Where an issue or pull request is, as its address says, and the one address that Koubou knows it by. Pure. */
import type { Origin } from '../../../../../shared/domain/origin.ts';

export interface IssuePlace {
  readonly owner: string;
  readonly repo: string;
  readonly number: number;
}

export interface Placed {
  readonly origin: Origin;
  readonly place: IssuePlace;
}

/** `null` for what is no issue or pull request of GitHub's shape. */
export function placeOfIssue({ url }: Pick<Origin, 'url'>): IssuePlace | null {
  const found = /^https?:\/\/[^/]+\/([\w.-]+)\/([\w.-]+)\/(?:issues|pull)\/(\d{1,9})$/.exec(url);
  const [, owner, repo, number] = found ?? [];
  return owner === undefined || repo === undefined ? null : { owner, repo, number: Number(number) };
}

/** Those that have a place, each once. */
export function placed(origins: readonly Origin[]): Placed[] {
  return [...new Map(origins.map((origin) => [origin.url, origin])).values()].flatMap((origin) => {
    const place = placeOfIssue(origin);
    return place ? [{ origin, place }] : [];
  });
}

/**
 * The one address of an issue or pull request. A host of its own is not known to be GitHub by its name, and the shared parser
 * keeps upper and lower case there: whoever is signed in there knows better.
 * @param web `https://github.example.com`
 * @param repo `acme/shop`, as GitHub spells it
 */
export function originOf(
  web: string,
  repo: string,
  kind: 'issue' | 'pull_request',
  number: number,
): Origin {
  const word = kind === 'issue' ? 'issues' : 'pull';
  const url = `${web}/${repo.toLowerCase()}/${word}/${number}`;
  return { forge: 'github', url, ref: `${repo}#${number}` };
}

/** The same, of an address that GitHub gave or that stands in a text; `null` for what is no issue or pull request at that host. */
export function originAt(web: string, url: string): Origin | null {
  const place = placeOfIssue({ url });
  if (!place || !url.startsWith(`${web}/`)) return null;
  const kind = /\/pull\/\d+$/.test(url) ? 'pull_request' : 'issue';
  return originOf(web, `${place.owner}/${place.repo}`, kind, place.number);
}
