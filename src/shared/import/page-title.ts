/** The title of an issue out of the title of its page, as browsers put it beside a link or into the name of a file. */
import { titleOf } from './item.ts';

const PAGES: readonly RegExp[] = [
  // Fix the total · Issue #12 · acme/shop; "by" names the author of a pull request.
  /^(.+?)(?: by \S+)? · (?:Issue|Pull Request) #\d+ · .+$/,
  // Fix the total (#12) · Issues · acme / shop · GitLab
  /^(.+?) \([#!]\d+\) · (?:Issues|Merge requests|Work items|Incidents) · .+$/,
  // #12 - Fix the total - acme/shop - Codeberg.org
  /^#\d+ - (.+) - \S+\/\S+ - .+$/,
];

/** `null` when it only repeats the address. */
export function titleOfPage(text: string): string | null {
  const title = titleOf(text);
  if (title === null || /^(?:https?:\/\/\S+|[\w./-]*[#!]\d+|\d+)$/i.test(title)) return null;
  for (const page of PAGES) {
    const [, found] = page.exec(title) ?? [];
    if (found !== undefined) return titleOf(found);
  }
  return title;
}
