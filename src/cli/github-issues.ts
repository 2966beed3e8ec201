/** `koubou github repositories` and `koubou github issues`: what can be imported from GitHub. Changes nothing. */
import { InvalidArgumentError, type Command } from 'commander';
import type { FoundIssue, GitHubRepository } from '../shared/contract-github-issues.ts';
import { OPERATIONS } from '../shared/contract.ts';
import { searchIssues, type SearchOptions } from './github-search.ts';
import { writeJson, writeLine, type CliIo } from './io.ts';
import { table, type Column } from './print.ts';
import { safeLine } from './safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions } from './session.ts';

interface IssueOptions extends CommonOptions, SearchOptions {
  readonly limit: number;
}

/** What GitHub shows of one search. */
const MOST = 1_000;

/** @param github the command that these belong to */
export function addIssueCommands(github: Command, io: CliIo): void {
  withCommonOptions(
    github
      .command('repositories')
      .description('repositories that the accounts see, the last pushed to first')
      .argument('[part]', 'of the name'),
  ).action(async (part: string | undefined, options: CommonOptions) =>
    repositories(io, part ?? '', options),
  );
  withCommonOptions(
    github
      .command('issues')
      .description('open issues, the last changed first; "koubou import" makes tasks of them')
      .argument('[repository]', 'acme/shop, or its address; else what the account has to do with')
      .option('--search <query>', "in GitHub's own syntax: 'assignee:@me milestone:v2 is:closed'")
      .option('--label <label...>', 'that have all of these labels')
      .option('--limit <count>', 'the most that are listed', parseLimit, 100),
  ).action(async (repo: string | undefined, options: IssueOptions) => issues(io, repo, options));
}

function parseLimit(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= MOST) return count;
  throw new InvalidArgumentError(`give a number from 1 to ${MOST}`);
}

async function repositories(io: CliIo, q: string, options: CommonOptions): Promise<void> {
  const { client, json } = await openSession(io, options);
  const found = await client.call(OPERATIONS['github.repositories'], { q });
  if (json) return await writeJson(io, found);
  await writeLine(io, table(io, REPOSITORY_COLUMNS, found.repositories));
  if (found.nextCursor !== null) io.warn('there are more: give a part of the name');
}

async function issues(io: CliIo, repo: string | undefined, options: IssueOptions): Promise<void> {
  const session = await openSession(io, options);
  const found = await searchIssues(session, repo, options, options.limit);
  if (session.json) return await writeJson(io, found);
  await writeLine(io, table(io, ISSUE_COLUMNS, found.issues));
  const more = found.total - found.issues.length;
  if (more > 0) io.warn(`${more} more: narrow the search, or give a higher --limit`);
}

const REPOSITORY_COLUMNS: readonly Column<GitHubRepository>[] = [
  { title: 'REPOSITORY', value: ({ name }) => safeLine(name) },
  { title: 'HOST', value: ({ host }) => host },
  { title: 'OPEN', value: ({ openIssues }) => String(openIssues) },
  { title: '', value: ({ isPrivate }) => (isPrivate ? 'private' : '') },
];

const ISSUE_COLUMNS: readonly Column<FoundIssue>[] = [
  { title: 'ISSUE', value: ({ origin }) => safeLine(origin.ref) },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'TITLE', value: ({ title }) => safeLine(title) },
  { title: 'LABELS', value: ({ labels }) => safeLine(labels.join(', ')) },
  { title: 'ASSIGNED', value: ({ assignees }) => safeLine(assignees.join(', ')) },
];
