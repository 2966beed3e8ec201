/**
 * What a drop would become: understood by the shared parser, then resolved here. Issues are asked of their forge; repositories of
 * this PC are looked at; nothing else is fetched, whatever addresses a drop holds. Tasks made of the same issue are found.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isEnd, type Task } from '../../../../shared/domain/task.ts';
import type {
  ItemProblem,
  Payload,
  Understanding,
  Understood,
} from '../../../../shared/import/payload.ts';
import { readReference } from '../../../../shared/import/reference.ts';
import { inSlices } from '../../../../shared/import/slices.ts';
import { understand } from '../../../../shared/import/understand.ts';
import type { Result } from '../../../../shared/result.ts';
import { cleanLine, cleanParagraphs } from '../../../../shared/text.ts';
import type { Journal } from '../../journal/port.ts';
import type { Forge, Issue } from '../port.ts';
import { NODE_CODEC } from './codec.ts';
import { inTurn } from './in-turn.ts';

export interface PreviewDeps {
  readonly journal: Pick<Journal, 'tasksOf'>;
  readonly forge: Pick<Forge, 'inspect' | 'issues'>;
}

/** Folders looked at for one preview; those beyond are looked at when their task is made. */
const MOST_FOLDERS = 50;

export async function previewImport(payload: Payload, deps: PreviewDeps): Promise<Understanding> {
  const { items, left } = await inSlices(understand(payload, NODE_CODEC), nextTurn);
  const folders = await lookAt(items, deps.forge);
  const issues = await deps.forge.issues(items.flatMap(({ ref }) => ref ?? []));
  return { items: items.map((item) => resolve(item, { folders, issues }, deps.journal)), left };
}

type Looked = Awaited<ReturnType<Forge['inspect']>>;

async function lookAt(
  items: readonly Understood[],
  forge: Pick<Forge, 'inspect'>,
): Promise<ReadonlyMap<string, Looked>> {
  const folders = new Set(
    items.flatMap(({ repo }) =>
      repo !== null && readReference(repo)?.forge === 'local' ? [repo] : [],
    ),
  );
  const looked = await inTurn([...folders].slice(0, MOST_FOLDERS), async (repo) => {
    const answer = await forge.inspect(repo, null);
    return [repo, answer] as const;
  });
  return new Map(looked);
}

interface Read {
  readonly folders: ReadonlyMap<string, Looked>;
  readonly issues: Awaited<ReturnType<Forge['issues']>>;
}

function resolve(
  item: Understood,
  { folders, issues }: Read,
  journal: PreviewDeps['journal'],
): Understood {
  if (item.ref) {
    const duplicateOf = twinOf(journal.tasksOf(item.ref.url));
    return { ...withIssue(item, issues.get(item.ref.url)), duplicateOf };
  }
  const folder = item.repo === null ? undefined : folders.get(item.repo);
  if (folder?.ok) return { ...item, repo: folder.value.url };
  if (folder) return { ...item, problem: { code: 'repo_problem', message: folder.error.message } };
  return item.kind === 'repository' ? withoutList(item) : item;
}

/** The open task, or else the newest. */
function twinOf(tasks: readonly Task[]): Understood['duplicateOf'] {
  const twin = tasks.find(({ state }) => !isEnd(state)) ?? tasks[0];
  return twin ? { id: twin.id, state: twin.state } : null;
}

function withIssue(item: Understood, issue: Result<Issue, ItemProblem> | undefined): Understood {
  // An entry that is ticked off stays so, whether its issue can be read or not.
  if (!issue?.ok) return { ...item, problem: item.problem ?? issue?.error ?? null };
  const { title, body, labels } = issue.value;
  return {
    ...item,
    title: cleanLine(title, 500) || item.title,
    body: cleanParagraphs(`${item.body}\n${body}`, 200_000),
    labels: labels.map((label) => cleanLine(label, 100)),
  };
}

/** The list of issues of a repository is its forge's; a task can be written for it all the same. */
function withoutList(item: Understood): Understood {
  const forge = readReference(item.repo ?? '')?.forge;
  if (forge === undefined || forge === 'local' || forge === 'other') return item;
  const message =
    'sign in first to pick from its issues; a task that you write here works at once: give it a title';
  return { ...item, problem: { code: 'sign_in_first', message } };
}
