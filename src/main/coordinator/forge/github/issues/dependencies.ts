/** Which issues a text says that it depends on: "depends on #12", "blocked by acme/shop#7", a list of tasks. Pure. */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { readReference } from '../../../../../shared/import/reference.ts';

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
  /\b(?:depends?|depending|dependent)\s+(?:up)?on\b|\bblocked\s+(?:by|on)\b|\bwaits?\s+for\b/i;
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
    const said = entry === undefined ? afterWords(line) : onlyReference(entry);
    for (const text of said) {
      const origin = originOf(text, home);
      if (origin && origin.url !== self.url && found.size < MOST_BLOCKERS)
        found.set(origin.url, origin);
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

/** The references behind "depends on", up to the end of the sentence. */
function afterWords(line: string): string[] {
  const at = WORDS.exec(line);
  if (!at) return [];
  const rest = line.slice(at.index + at[0].length);
  const end = /[.;!?](?:\s|$)/.exec(rest)?.index ?? rest.length;
  return rest.slice(0, end).match(ISSUE) ?? [];
}

/** An entry of a list of tasks is one that is waited for when it begins with a reference: else it is a step of the work itself. */
function onlyReference(entry: string): string[] {
  const [first] = entry.match(ISSUE) ?? [];
  return first !== undefined && entry.trimStart().startsWith(first) ? [first] : [];
}

function originOf(text: string, { web, repo }: Home): Origin | null {
  const short = /^(?:([\w.-]+\/[\w.-]+))?#(\d+)$/.exec(text);
  const address = short ? `${web}/${short[1] ?? repo}/issues/${short[2]}` : text;
  const origin = readReference(address)?.origin ?? null;
  const isHere = address.startsWith(`${web}/`);
  return isHere || origin?.forge === 'github' ? origin : null;
}
