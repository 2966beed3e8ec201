/** What a pull request says: its title and its body. Pure. */
import type { Change, ChangeStats, Task, TestSummary } from '../../../../../shared/domain/task.ts';
import { cleanLine, cleanParagraphs } from '../../../../../shared/text.ts';
import { markerOf } from '../marker.ts';
import { isSameRepo, issuePlaceOf, type IssuePlace } from './place.ts';
import type { RepoPlace } from '../api/hosts.ts';
import { asCode, harmless, harmlessLine } from './words.ts';

/** GitHub takes 256 of a title, and 65,536 of a body. */
const MOST_TITLE = 256;
const MOST_SAID = 20_000;
const MOST_FILES = 50;
const MOST_PATH = 200;

export interface PullTextFacts {
  readonly task: Task & { readonly change: Change };
  /** The repository of the pull request. */
  readonly home: RepoPlace;
  /** The engine's last words, or the commit's message. */
  readonly said: string;
  readonly files: readonly string[];
  readonly workshop: string;
  /** How often it was worked on: 1 for the first attempt. */
  readonly ordinal: number;
  readonly engine: string;
}

export function pullTitle({ title }: Pick<Task, 'title'>): string {
  return cleanLine(title, MOST_TITLE) || 'A change by Koubou';
}

export function pullBody(facts: PullTextFacts): string {
  const { task, files, workshop, home } = facts;
  const { stats, tests } = task.change;
  const issue = issuePlaceOf(task.origin);
  const parts = [
    section('What was done', saidOf(facts.said)),
    section('What was tested', testedOf(tests)),
    section('Files', filesOf(stats, files)),
    issue === null ? '' : closing(issue, home),
    footOf(facts),
    markerOf(task.id, workshop),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `Closes #12`, or `Closes acme/shop#12` from another repository. */
export function closing(issue: IssuePlace, home: RepoPlace): string {
  const ref = `#${issue.number}`;
  const verb = issue.kind === 'pull' ? 'Follows' : 'Closes';
  return isSameRepo(issue, home) ? `${verb} ${ref}` : `${verb} ${issue.owner}/${issue.repo}${ref}`;
}

/** One sentence on how the tests ended. */
export function testedOf(tests: TestSummary): string {
  if (tests.outcome === 'skipped') return `Nothing was run: ${harmlessLine(tests.why, 300)}.`;
  const seconds = Math.max(1, Math.round(tests.durationMs / 1_000));
  const how = tests.outcome === 'passed' ? 'passed' : `**failed** (exit code ${tests.exitCode})`;
  return `${asCode(tests.command, 1_000)} ${how} after ${seconds} s.`;
}

function saidOf(said: string): string {
  const text = cleanParagraphs(said, MOST_SAID).trim();
  return text === '' ? 'The engine left no words about it.' : harmless(text);
}

function filesOf(
  { files: count, insertions, deletions }: ChangeStats,
  files: readonly string[],
): string {
  const head = `${count} ${count === 1 ? 'file' : 'files'}, +${insertions} −${deletions}`;
  const shown = files.slice(0, MOST_FILES).map((file) => `- ${asCode(file, MOST_PATH)}`);
  const more = count - shown.length;
  if (shown.length === 0) return head;
  const rest = more > 0 ? [`- and ${more} more`] : [];
  return [head, '', ...shown, ...rest].join('\n');
}

function footOf({ task, ordinal, engine }: PullTextFacts): string {
  const nth = ordinal === 1 ? 'the first attempt' : `attempt ${ordinal}`;
  return `<sub>Made by ${harmlessLine(engine, 100)} in ${nth} of ${task.id} (${task.change.attemptId}), with Koubou. Ask for changes in a review, and they are worked on.</sub>`;
}

function section(title: string, text: string): string {
  return text === '' ? '' : `### ${title}\n\n${text}`;
}
