/** Gathers what can be known of a task in time, for the rules in `domain/analyse.ts`: at once where it is at hand, else within seconds. */
import { analyse, isOpen, type Known, type Past } from '../../../../shared/domain/analyse.ts';
import type { Agent } from '../../../../shared/domain/agent.ts';
import type { Found } from '../../../../shared/domain/analysis.ts';
import { conditionIn, unmet } from '../../../../shared/domain/demand-word.ts';
import type { Task } from '../../../../shared/domain/task.ts';
import type { Journal } from '../../journal/port.ts';
import type { Like } from './history.ts';
import type { Repositories } from './repositories.ts';

/** Asks a model; `null`: none is set, or it gave no answer that counts. Never rejects. */
export type AskModel = (task: Task, needs: readonly string[]) => Promise<Found | null>;

export interface Sources {
  readonly repositories: Repositories;
  readonly past: (task: Like) => Past | null;
  /** `null`: no model is set now. */
  readonly model: () => AskModel | null;
}

export interface GatherDeps {
  readonly journal: Pick<Journal, 'agents' | 'taskEvents'>;
  readonly sources: Sources;
}

/** A repository that has not been read is waited for so long. */
const WAIT_MS = 5_000;
const URGENT_WAIT_MS = 1_000;

/** Never rejects. */
export function gather(task: Task, deps: GatherDeps): Known | Promise<Known> {
  const { journal, sources } = deps;
  const look = sources.repositories.of(
    task.repo,
    task.priority === 'urgent' ? URGENT_WAIT_MS : WAIT_MS,
  );
  const agents = journal.agents().filter(({ connected }) => connected);
  const rest = {
    given: givenOf(task, journal),
    model: null,
    has: (need: string) => agents.some((agent) => meets(agent, need)),
  };
  const withPast = (known: Omit<Known, 'past'>): Known => {
    // What took long is told apart by specialty, and that is known by now.
    const { specialty } = analyse(task, { ...known, past: null });
    return { ...known, past: sources.past({ ...task, specialty: specialty.value }) };
  };
  const ask = sources.model();
  if (!(look instanceof Promise) && !ask) return withPast({ ...rest, ...look });
  return gatherLate(task, { look, ask, rest, agents, withPast });
}

interface Late {
  readonly look: ReturnType<Repositories['of']>;
  readonly ask: AskModel | null;
  readonly rest: Omit<Known, 'past' | 'repository' | 'missing'>;
  readonly agents: readonly Agent[];
  readonly withPast: (known: Omit<Known, 'past'>) => Known;
}

async function gatherLate(task: Task, { look, ask, rest, agents, withPast }: Late): Promise<Known> {
  const known = withPast({ ...rest, ...(await look) });
  if (!ask || !mayAsk(task, known)) return known;
  const model = await ask(task, wordsOf(agents));
  return model ? withPast({ ...known, model }) : known;
}

/** A model is not asked where time matters more, where nothing may leave for one, or where the rules know enough. */
function mayAsk(task: Task, known: Known): boolean {
  if (task.localOnly || task.priority === 'urgent' || !isOpen(task, known)) return false;
  return analyse(task, known).security.value !== 'confidential';
}

/** What whoever made it said. Of security only the first event tells whether it was said, or is as tasks are. */
function givenOf(task: Task, journal: Pick<Journal, 'taskEvents'>): Found {
  const { specialty, location } = task;
  // Issues say it by their labels and front matter.
  const from = task.source === null ? 'person' : 'label';
  const [first] = journal.taskEvents(task.id, 0, 1);
  const created = first?.event.type === 'task.created' ? first.event : null;
  const security = created?.security ?? (task.security === 'internal' ? null : task.security);
  return {
    ...(specialty !== null && { specialty: { value: specialty, from } }),
    ...(security !== null && { security: { value: security, from } }),
    ...(location !== null && { location: { value: location, from } }),
  };
}

function meets(agent: Agent, need: string): boolean {
  const condition = conditionIn(need);
  if (condition) return unmet(agent, condition) === null;
  return wordsOfAgent(agent).includes(need);
}

function wordsOf(agents: readonly Agent[]): string[] {
  return [...new Set(agents.flatMap(wordsOfAgent))].toSorted();
}

function wordsOfAgent({ capabilities, profile }: Agent): string[] {
  const { tools, specialties, labels } = capabilities;
  return [...tools.map(({ name }) => name), ...specialties, ...profile.specialties, ...labels];
}
