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
import { cleanLine, cleanParagraphs } from '../../../../shared/text.ts';
import type { Journal } from '../../journal/port.ts';
import type { Forge, Issue } from '../port.ts';
import { placeOf } from '../github/api/hosts.ts';
import { NODE_CODEC } from './codec.ts';
import { inTurn } from './in-turn.ts';
import { waitsAmong, type Waits } from './waits.ts';

export interface PreviewDeps {
  readonly journal: Pick<Journal, 'task' | 'tasksOf'>;
  readonly forge: Pick<Forge, 'inspect' | 'issues'>;
  /** True where somebody is signed in: `github.com`. */
  readonly isSignedIn: (host: string) => boolean;
}

/** Folders looked at for one preview; those beyond are looked at when their task is made. */
const MOST_FOLDERS = 50;

export async function previewImport(payload: Payload, deps: PreviewDeps): Promise<Understanding> {
  const { items: found, left } = await inSlices(understand(payload, NODE_CODEC), nextTurn);
  const items = found.map((item) => knownHere(item, deps.isSignedIn));
  const folders = await lookAt(items, deps.forge);
  const issues = await deps.forge.issues(items.flatMap(({ ref }) => ref ?? []));
  const known = [...issues.values()].flatMap((one) => (one.ok ? [one.value] : []));
  const waits = waitsAmong(known, deps.journal);
  const resolved = items.map((item) => resolve(item, { folders, issues, waits }, deps));
  return { items: onceEach(resolved), left };
}

/** The address of a repository does not show that its host is a GitHub; somebody is signed in there. */
function knownHere(item: Understood, isSignedIn: PreviewDeps['isSignedIn']): Understood {
  const place = item.problem?.code === 'not_a_reference' ? placeOf(item.text) : null;
  if (!place || !isSignedIn(place.host)) return item;
  const { origin = '', pathname = '' } = URL.parse(item.text) ?? {};
  const { owner, repo } = place;
  if (!/^\/[\w.-]+\/[\w.-]+(?:\/(?:issues|pulls))?\/?$/.test(pathname)) return item;
  return { ...item, kind: 'repository', repo: `${origin}/${owner}/${repo}.git`, problem: null };
}

/** Two addresses may have led to one issue. */
function onceEach(items: readonly Understood[]): Understood[] {
  const seen = new Set<string>();
  return items.filter(({ ref }) => {
    const isNew = ref === null || !seen.has(ref.url);
    if (ref) seen.add(ref.url);
    return isNew;
  });
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
  readonly waits: ReturnType<typeof waitsAmong>;
}

function resolve(
  item: Understood,
  { folders, issues, waits }: Read,
  { journal, isSignedIn }: PreviewDeps,
): Understood {
  if (item.ref) {
    const issue = issues.get(item.ref.url);
    // An entry that is ticked off stays so, whether its issue can be read or not.
    if (!issue?.ok) {
      const duplicateOf = twinOf(journal.tasksOf(item.ref.url));
      return { ...item, problem: item.problem ?? issue?.error ?? null, duplicateOf };
    }
    const { origin } = issue.value;
    const twins = [...journal.tasksOf(origin.url), ...journal.tasksOf(item.ref.url)];
    return { ...withIssue(item, issue.value, waits.get(origin.url)), duplicateOf: twinOf(twins) };
  }
  const folder = item.repo === null ? undefined : folders.get(item.repo);
  if (folder?.ok) return { ...item, repo: folder.value.url };
  if (folder) return { ...item, problem: { code: 'repo_problem', message: folder.error.message } };
  return item.kind === 'repository' ? withoutList(item, isSignedIn) : item;
}

/** The open task, or else the newest. */
function twinOf(tasks: readonly Task[]): Understood['duplicateOf'] {
  const twin = tasks.find(({ state }) => !isEnd(state)) ?? tasks[0];
  return twin ? { id: twin.id, state: twin.state } : null;
}

/** What a list or table said of it goes before what the issue says. */
function withIssue(item: Understood, issue: Issue, waits: Waits | undefined): Understood {
  const { kind, origin, title, body, labels, source } = issue;
  const own = item.body.replace(item.ref?.url ?? '', '').trim();
  return {
    ...item,
    kind,
    ref: origin,
    title: cleanLine(title, 500) || item.title,
    body: cleanParagraphs(own === '' ? body : `${own}\n\n${body}`, 200_000),
    repo: repoOf(item, issue),
    labels: labels.map((label) => cleanLine(label, 100)),
    priority: item.priority ?? issue.priority,
    engine: item.engine ?? issue.engine,
    localOnly: item.localOnly || issue.localOnly,
    specialty: item.specialty ?? issue.specialty,
    needs: item.needs.length > 0 ? item.needs : [...issue.needs],
    after: [...new Set([...item.after, ...(waits?.after ?? [])])].slice(0, MOST_AFTER),
    blockers: waits?.blockers ?? [],
    remarks: [...issue.remarks, ...(waits?.remarks ?? [])],
    issue: source,
    problem: item.problem ?? (source.state === 'closed' ? CLOSED : null),
  };
}

const MOST_AFTER = 100;
const CLOSED: ItemProblem = {
  code: 'done',
  message: 'it is closed: reopen it first, since the task of a closed issue is cancelled',
};

/** Of a repository that has another name now the new one; a copy of it that a list names stays. */
function repoOf({ repo, ref }: Understood, issue: Issue): string {
  const own = readReference(ref?.url ?? '')?.repo;
  const isOwn = repo === null || repo.toLowerCase() === own?.toLowerCase();
  return isOwn ? issue.repo : repo;
}

/** The list of issues of a repository is its forge's; a task can be written for it all the same. */
function withoutList(item: Understood, isSignedIn: PreviewDeps['isSignedIn']): Understood {
  const forge = readReference(item.repo ?? '')?.forge;
  if (forge === undefined || forge === 'local' || forge === 'other') return item;
  if (isSignedIn(URL.parse(item.repo ?? '')?.host ?? '')) return item;
  const message =
    'sign in first to pick from its issues; a task that you write here works at once: give it a title';
  return { ...item, problem: { code: 'sign_in_first', message } };
}
