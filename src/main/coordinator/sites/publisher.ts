/**
 * Tells the other coordinators what is committed here: reads the log from where its last telling arrived, so that nothing is
 * left out over any break. What happened to one thing within a page is told once, as it stands.
 */
import { describe } from '../../../shared/domain/describe.ts';
import { taskOfEvent, type Event, type StoredEvent } from '../../../shared/domain/event.ts';
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { AgentId, SiteId, TaskId } from '../../../shared/ids.ts';
import type { Telling as Sent } from '../queue/shared-port.ts';
import { startReactor } from '../scheduler/reactor.ts';
import { whileThere, type SiteDeps } from './port.ts';
import { toldAgent, toldOf, type Telling } from './telling.ts';

const PAGE = 200;
const MOST_WORDS = 2_000;

export interface Publisher {
  /** Resolves when everything that is committed now has arrived; false where the shared queue is away. */
  flush(): Promise<boolean>;
  close(): void;
}

export function startPublisher(deps: SiteDeps): Publisher {
  const { shared, journal, clock } = deps;
  /** The newest event that is told of; `null`: nobody asked since the last break. */
  let told: number | null = null;
  let running: Promise<boolean> = Promise.resolve(true);

  async function publish(): Promise<void> {
    told ??= await start(deps);
    for (;;) {
      const events = journal.eventsAfter(told, PAGE);
      const last = events.at(-1);
      if (!last) return;
      await shared.tell(tellingsOf(events, deps));
      told = last.seq;
    }
  }

  /** One after the other, or they would tell the same twice. */
  async function flush(): Promise<boolean> {
    running = running.then(async () => await whileThere(deps, publish));
    return await running;
  }

  const reactor = startReactor(clock, flush);
  const endEvents = journal.subscribe(reactor.wake);
  const endState = shared.onState(({ kind }) => {
    // Redis may have forgotten what it had not written.
    told = null;
    if (kind === 'connected') reactor.wake();
  });
  reactor.wake();
  return {
    flush,
    close() {
      endEvents();
      endState();
      reactor.close();
    },
  };
}

/** Up to where it was told; whoever tells for the first time begins with its agents. */
async function start({ shared, journal, site }: SiteDeps): Promise<number> {
  const before = await shared.toldUpTo();
  if (before > 0) return before;
  const seq = journal.seq();
  const agents = journal.agents().filter((agent) => agent.site === null);
  const telling: Telling = {
    words: `${site} joined`,
    agents: agents.map((agent) => toldAgent(agent, site)),
  };
  await shared.tell([{ seq, text: JSON.stringify(telling) }]);
  return seq;
}

function tellingsOf(events: readonly StoredEvent[], deps: SiteDeps): Sent[] {
  const { journal, site } = deps;
  const tasks = new Map<TaskId, number>();
  const agents = new Map<AgentId, number>();
  for (const { seq, event } of events) {
    if (event.type === 'site.told') continue;
    const id = taskOfEvent(event);
    if (id !== null) tasks.set(id, seq);
    const agentId = agentOf(event, deps);
    if (agentId !== undefined) agents.set(agentId, seq);
  }
  return events.flatMap(({ seq, event }): Sent[] => {
    const id = taskOfEvent(event);
    const task = id !== null && tasks.get(id) === seq ? journal.task(id) : undefined;
    const isOurs = task?.site === site && !isLedElsewhere(task);
    const isGone = task?.site === null && event.type === 'task.shared';
    const attempt = isOurs && task.attemptId ? journal.attempt(task.attemptId) : undefined;
    const about = isOurs
      ? toldOf(task, isShared(attempt, deps) ? attempt : undefined, site)
      : isGone && toldOf(goneFrom(task, site), undefined, site);
    const agentId = agentOf(event, deps);
    const isLast = agentId !== undefined && agents.get(agentId) === seq;
    const agent = isLast ? journal.agent(agentId) : undefined;
    if (!about && !isLast) return [];
    const telling: Telling = {
      words: wordsOf(event, task?.security === 'confidential'),
      ...(about && { about }),
      ...(agent && agent.site === null && { agents: [toldAgent(agent, site)] }),
      ...(isLast && !agent && { removed: [agentId] }),
    };
    const text = JSON.stringify(telling);
    // What is shared no more is kept for nobody.
    const document = about &&
      isOurs && {
        task: about.task.id,
        leadFence: about.task.leadFence,
        text: JSON.stringify(about),
      };
    return [{ seq, text, ...(document && { document }) }];
  });
}

/** For all others it ends when only this coordinator goes on with it. */
function goneFrom(task: Task, site: SiteId): Task {
  const cancelReason = `only "${site}" works on it from now on`;
  return { ...task, site, state: 'cancelled', queuedAt: null, cancelReason };
}

/** Numbers of before this coordinator joined mean nothing elsewhere. */
function isShared(attempt: { readonly fence: number } | undefined, { journal }: SiteDeps): boolean {
  return (attempt?.fence ?? 0) > (journal.workshop().site?.fence ?? 0);
}

/** The agent of this coordinator that the event changed. */
function agentOf(event: Event, { journal }: SiteDeps): AgentId | undefined {
  if ('agentId' in event) return event.agentId.includes('@') ? undefined : event.agentId;
  if (event.type !== 'attempt.ended') return undefined;
  const agentId = journal.attempt(event.attemptId)?.agentId;
  return agentId?.includes('@') ? undefined : agentId;
}

function wordsOf(event: Event, isHidden: boolean): string {
  return isHidden ? event.type : describe(event).slice(0, MOST_WORDS);
}
