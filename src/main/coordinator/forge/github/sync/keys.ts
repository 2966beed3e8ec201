/** How repositories and issues are told apart, whatever letters their addresses are written in. Pure. */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { placeOf, repoName, type RepoPlace } from '../api/hosts.ts';
import { originAt, placeOfIssue } from '../issues/place.ts';

/** `github.com/acme/shop` */
export function repoKeyOf({ host, owner, repo }: RepoPlace): string {
  return `${host}/${repoName({ owner, repo })}`;
}

/** Of the repository that an address is in; `null`: it is in none. */
export function repoKeyIn(url: string): string | null {
  const place = placeOf(url);
  return place && repoKeyOf(place);
}

/** `github.com/acme/shop#12`, of an issue as of a pull request: they share their numbers. */
export function issueKeyOf(url: string): string | null {
  const place = placeOf(url);
  const issue = placeOfIssue({ url });
  return place && issue ? numberedKey(repoKeyOf(place), issue.number) : null;
}

export function numberedKey(repoKey: string, number: number): string {
  return `${repoKey}#${number}`;
}

/** The repository of the key of an issue. */
export function repoOfIssue(key: string): string {
  return key.replace(/#\d+$/, '');
}

/** As tasks name an issue; `null` for what is none. */
export function originOf(url: string): Origin | null {
  const at = URL.parse(url);
  return at && originAt(at.origin, url);
}
