/** Which issues a text says that it depends on: "depends on #12", "blocked by acme/shop#7", a list of tasks. Pure. */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { readReference } from '../../../../../shared/import/reference.ts';
import { originAt, originOf } from './place.ts';

/** The repository that `#12` is of. */
export interface Home {
  /** `https://github.com` */
  readonly web: string;
  /** `acme/shop` */
  readonly repo: string;
}

/** The most that one issue waits for. */
export const MOST_BLOCKERS = 50;

const WORDS =
  /\b(?:depends?|depending|dependent)\s+(?:up)?on\b|\bblocked\s+(?:by|on)\b|\bwait(?:s|ing)?\s+(?:for|on)\b|\b(?:not\s+before|only\s+after|after)\b(?=\s*:?\s*(?:#\d|https?:|[\w.-]{1,100}\/[\w.-]{1,100}#\d))/i;
const NOT = /(?:\bnot|n't|\bno\s+longer|\bnever)(?:\s+be)?\s*$/i;
// Bounded parts only: a hostile line must not cost more than its length.
const ISSUE =
  /https?:\/\/[^\s<>"'`)\]]{3,300}\/(?:issues|pull)\/\d{1,9}|(?<![\w/-])[\w.-]{1,100}\/[\w.-]{1,100}#\d{1,9}\b|(?<![\w&/])#\d{1,9}\b/g;
const OPEN_ENTRY = /^\s*[-*+]\s+\[ \]\s+(.{1,1000})$/;
const LONGEST_LINE = 2_000;

/**
 * Addresses of the issues it waits for, each once, in the order they stand. Code and quotes are not read: there somebody shows
 * something, or somebody else speaks.
 * @param self the issue itself, which never waits for itself
 */
export function dependenciesIn(body: string, home: Home, self: Origin): Origin[] {
  const found = new Map<string, Origin>();
  for (const line of linesOf(body)) {
    const entry = OPEN_ENTRY.exec(line)?.[1];
    const said =
      entry === undefined ? afterWords(line) : [...onlyReference(entry), ...afterWords(entry)];
    for (const text of said) {
      const origin = referenceIn(text, home);
      if (origin && !isSame(origin, self) && found.size < MOST_BLOCKERS)
        found.set(origin.url, found.get(origin.url) ?? origin);
    }
  }
  return [...found.values()];
}

function* linesOf(body: string): Generator<string> {
  let fence: string | null = null;
  for (const line of body.split('\n')) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null && mark !== undefined) fence = mark;
    else if (fence !== null && mark?.startsWith(fence) === true) fence = null;
    else if (fence === null && line.length <= LONGEST_LINE && !/^\s{0,3}>/.test(line))
      yield line.replaceAll(/`[^`]*`/g, '');
  }
}

/** Both words lead to the same, whichever it is: `#12` does not tell an issue from a pull request. */
function isSame(a: Origin, b: Origin): boolean {
  return a.url.replace('/pull/', '/issues/') === b.url.replace('/pull/', '/issues/');
}

/** The references behind "depends on", up to the end of the sentence. */
function afterWords(line: string): string[] {
  const at = WORDS.exec(line);
  if (!at || NOT.test(line.slice(0, at.index))) return [];
  const rest = line.slice(at.index + at[0].length);
  const end = /[.;!?](?:\s|$)/.exec(rest)?.index ?? rest.length;
  return rest.slice(0, end).match(ISSUE) ?? [];
}

/** An entry of a list of tasks is one that is waited for when it begins with a reference: else it is a step of the work itself. */
function onlyReference(entry: string): string[] {
  const [first] = entry.match(ISSUE) ?? [];
  return first !== undefined && entry.trimStart().startsWith(first) ? [first] : [];
}

/** Of this host by its one address; of others as the shared parser knows them, where they are GitHub for sure. */
function referenceIn(text: string, { web, repo }: Home): Origin | null {
  const short = /^(?:([\w.-]+\/[\w.-]+))?#(\d+)$/.exec(text);
  if (short) return originOf(web, short[1] ?? repo, 'issue', Number(short[2]));
  const here = originAt(web, text);
  if (here) return here;
  const other = readReference(text)?.origin;
  return other?.forge === 'github' ? other : null;
}
