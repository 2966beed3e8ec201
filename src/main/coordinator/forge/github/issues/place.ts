/** Where an issue or pull request is, as its address says. Pure. */
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
  const found = /^https?:\/\/[^/]+\/([^/]+)\/([^/]+)\/(?:issues|pull)\/(\d{1,9})$/.exec(url);
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
