/** `koubou import`: links, lists, tables and JSON as tasks. Says of each item what became of it, or why it became none. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Option, type Command } from 'commander';
import type { ImportResult } from '../../shared/contract-import.ts';
import { OPERATIONS } from '../../shared/contract.ts';
import { ENGINE_FORMS, type EngineChoice } from '../../shared/domain/engine.ts';
import { isEnd, PRIORITIES, Priority } from '../../shared/domain/task.ts';
import { batchesOf } from '../../shared/import/batches.ts';
import {
  MOST_ITEMS,
  type ImportedTask,
  type Payload,
  type Understood,
} from '../../shared/import/payload.ts';
import { remarkInWords } from '../../shared/import/remark.ts';
import { parseEngine, parseRepo } from '../arguments.ts';
import { searchIssues, type SearchOptions } from '../github-search.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { paint, table, type Column } from '../print.ts';
import { safeLine } from '../safe-text.ts';
import { openSession, withCommonOptions, type CommonOptions, type Session } from '../session.ts';

interface ImportOptions extends CommonOptions, SearchOptions {
  readonly file?: string[];
  readonly repo?: string;
  readonly priority?: string;
  readonly engine?: EngineChoice;
  readonly localOnly?: boolean;
  readonly needs?: string[];
  readonly again?: boolean;
  readonly dryRun?: boolean;
}

export function addImportCommand(program: Command, io: CliIo): void {
  const command = program
    .command('import')
    .description('make tasks of issue links, task lists, JSON or tables')
    .argument('[links...]', 'links to issues or repositories; - reads text from standard input')
    .option('--file <file...>', 'Markdown, JSON, CSV, .url, .webloc, or a text of links')
    .option('--label <label...>', 'the open issues of a repository that have these labels')
    .option(
      '--search <query>',
      "the issues that GitHub's search finds in a repository, or anywhere",
    )
    .option('--repo <path-or-url>', 'the repository of items that name none')
    .addOption(new Option('--priority <priority>', 'of items that name none').choices(PRIORITIES))
    .option('--engine <engine>', `of items that name none: ${ENGINE_FORMS}`, parseEngine)
    .option('--local-only', 'of all items: nothing leaves the agent for a model')
    .option('--needs <capability...>', 'of items that name none')
    .option('--again', 'also of issues that a task was made of already')
    .option('--dry-run', 'only show what is understood');
  withCommonOptions(command).action(async (links: string[], options: ImportOptions) => {
    const isSearch = options.label !== undefined || options.search !== undefined;
    const given = isSearch ? null : await payloadOf(io, links, options.file ?? []);
    const session = await openSession(io, options);
    await runImport(session, given ?? (await foundBy(session, links, options)), options);
  });
}

async function payloadOf(io: CliIo, links: string[], files: readonly string[]): Promise<Payload> {
  const isInput = links.length === 1 && links[0] === '-';
  if (links.length > 0 === files.length > 0) {
    throw new CliError(EXIT.wrongUse, 'give links, or - for standard input, or --file FILE');
  }
  if (isInput) return { kind: 'text', text: await io.readInput() };
  if (files.length === 0)
    return { kind: 'text', text: links.map((link) => placeOf(io, link)).join('\n') };
  return { kind: 'files', files: await Promise.all(files.map((file) => readOne(io, file))) };
}

/** What a search at GitHub finds, as if its addresses had been given. */
async function foundBy(
  session: Session,
  links: string[],
  options: ImportOptions,
): Promise<Payload> {
  if (links.length > 1 || options.file !== undefined) {
    const message = '--label and --search look in one repository: give its address, and no other';
    throw new CliError(EXIT.wrongUse, message);
  }
  const { issues, total } = await searchIssues(session, links[0], options, MOST_ITEMS);
  if (issues.length === 0) throw new CliError(EXIT.failed, 'nothing was found');
  if (total > issues.length)
    session.io.warn(`${total - issues.length} more than one import takes: narrow the search`);
  return { kind: 'text', text: issues.map(({ origin }) => origin.url).join('\n') };
}

/** A folder of here becomes a whole path, because the coordinator works elsewhere. */
function placeOf(io: CliIo, link: string): string {
  return /^\.{1,2}(?:[/\\]|$)/.test(link) ? path.resolve(io.cwd, link) : link;
}

async function readOne(io: CliIo, file: string) {
  const place = path.resolve(io.cwd, file);
  try {
    if ((await stat(place)).isDirectory()) return { kind: 'folder' as const, path: place };
    const base64 = (await readFile(place)).toString('base64');
    return { kind: 'file' as const, name: path.basename(place), base64 };
  } catch (error) {
    throw new CliError(EXIT.wrongUse, `cannot read ${file}`, { cause: error });
  }
}

/** One item, and what is to become of it. */
interface Line {
  readonly item: Understood;
  readonly task: ImportedTask | null;
  /** Why it becomes no task; `null` when it does. */
  readonly why: string | null;
  readonly result: ImportResult | null;
}

async function runImport(
  session: Session,
  payload: Payload,
  options: ImportOptions,
): Promise<void> {
  const { io, json, client } = session;
  const { items, left } = await client.call(OPERATIONS['import.preview'], { payload });
  let lines = items.map((item) => lineOf(io, item, options));
  const tasks = lines.flatMap(({ task }) => task ?? []);
  if (tasks.length > 0 && options.dryRun !== true) {
    const results = await create(session, tasks);
    let next = 0;
    lines = lines.map((line) => (line.task ? { ...line, result: results[next++] ?? null } : line));
  }
  if (json)
    await writeJson(io, {
      items: lines.map(({ item, why, result }) => ({ item, why, result })),
      left,
    });
  else await writeLine(io, table(io, columnsOf(io), lines));
  const failed = lines.filter(isFailed).length + left;
  if (left > 0) io.warn(`${left} more than one import takes: import those in another`);
  if (failed > 0) {
    const done = options.dryRun === true ? 'would become no task' : 'became no task';
    throw new CliError(
      EXIT.failed,
      `${failed} of ${items.length + left} ${done}; the list says why`,
    );
  }
}

async function create(
  { io, client }: Session,
  tasks: readonly ImportedTask[],
): Promise<ImportResult[]> {
  const keyed = tasks.map((task, index) => ({ ...task, key: `${io.requestKey}/${index}` }));
  const results: ImportResult[] = [];
  for (const items of batchesOf(keyed, MOST_ITEMS))
    results.push(
      ...(await client.call(OPERATIONS['import.create'], { items: [...items] })).results,
    );
  return results;
}

/** What is ticked off, or is a task already, is as it should be. */
function isFailed({ item, why, result }: Line): boolean {
  const isSettled =
    item.problem === null ? item.duplicateOf !== null : item.problem.code === 'done';
  return result?.ok === false || (why !== null && !isSettled);
}

function lineOf(io: CliIo, item: Understood, options: ImportOptions): Line {
  const why = refusalOf(item, options);
  const repo = item.repo ?? (options.repo === undefined ? null : parseRepo(options.repo, io.cwd));
  if (why !== null || item.title === null || repo === null) {
    const lack = item.title === null ? NO_TITLE[item.kind] : 'it names no repository: give --repo';
    return { item, task: null, why: why ?? lack, result: null };
  }
  const priority =
    item.priority ??
    (options.priority === undefined ? undefined : Priority.parse(options.priority));
  const engine = item.engine ?? options.engine;
  const localOnly = item.localOnly || options.localOnly === true;
  const isTwin = item.duplicateOf !== null && !isEnd(item.duplicateOf.state);
  const task: ImportedTask = {
    title: item.title,
    body: item.body,
    repo,
    priority: priority ?? 'normal',
    needs: item.needs.length > 0 ? item.needs : (options.needs ?? []),
    after: item.after,
    ...(item.base !== null && { base: item.base }),
    ...(engine && { engine }),
    ...(localOnly && { localOnly }),
    ...(item.at !== null && { at: item.at }),
    ...(item.ref && { origin: item.ref }),
    ...(item.issue && { source: item.issue }),
    ...(item.specialty && { specialty: item.specialty }),
    ...(item.blockers.length > 0 && { blockers: item.blockers }),
    ...(isTwin && { again: true }),
  };
  return { item, task, why: null, result: null };
}

const NO_TITLE: Readonly<Record<Understood['kind'], string>> = {
  repository: 'it is a whole repository: pick from its issues with --label or --search',
  ...{ issue: 'it has no title', pull_request: 'it has no title' },
  ...{ task: 'it has no title', unknown: 'it has no title' },
};

/** What a person would have to look at first. */
function refusalOf({ problem, duplicateOf }: Understood, { again }: ImportOptions): string | null {
  if (problem) return problem.message;
  if (!duplicateOf || again === true) return null;
  return `${duplicateOf.id} was made of it already and is ${duplicateOf.state}: say --again to make another`;
}

function columnsOf(io: CliIo): Column<Line>[] {
  return [
    { title: 'TASK', value: ({ result }) => (result?.ok === true ? result.id : '-') },
    { title: 'FROM', value: ({ item }) => item.ref?.ref ?? sourceOf(item) },
    { title: 'TITLE', value: ({ item }) => shortened(item.title ?? item.text) },
    {
      title: 'NOTE',
      value: ({ item, why, result, task }) =>
        [noteOf(why, result, task !== null), ...notesOf(item)].join('; '),
      style: ({ why, result }, text) =>
        why === null && result?.ok !== false ? text : paint(io, 'yellow', text),
    },
  ];
}

function noteOf(why: string | null, result: ImportResult | null, hasTask: boolean): string {
  if (why !== null) return why;
  if (result?.ok === false) return `${result.error.message} (${result.error.code})`;
  return result ? result.state : hasTask ? 'would become a task' : '';
}

/** What is not plain to see of an issue. */
function notesOf({ blockers, after, remarks, problem }: Understood): string[] {
  if (problem) return [];
  const waits = [...blockers.map(({ ref }) => ref), ...after];
  return [
    ...(waits.length > 0 ? [`waits for ${waits.join(', ')}`] : []),
    ...remarks.map(remarkInWords),
  ].map((note) => safeLine(note));
}

function sourceOf({ source: { file, line }, kind }: Understood): string {
  if (file !== null) return line === null ? file : `${file}:${line}`;
  return line === null ? kind : `line ${line}`;
}

function shortened(text: string): string {
  return text.length > 50 ? `${text.slice(0, 49)}…` : text;
}
