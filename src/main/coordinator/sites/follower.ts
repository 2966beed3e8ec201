/** Commits here what the other coordinators tell, as it comes, each of them in its order. */
import type { Command } from '../../../shared/domain/command.ts';
import { agentIdAt } from '../../../shared/domain/led-elsewhere.ts';
import type { SiteId } from '../../../shared/ids.ts';
import type { KeptDocument, Told } from '../queue/shared-port.ts';
import { ACTOR, type SiteDeps } from './port.ts';
import { readText, TaskDocument, Telling } from './telling.ts';

type Tell = Extract<Command, { type: 'site.tell' }>;

export interface Follower {
  /** Learns how every shared task stands, whatever was heard before. */
  readAll(): Promise<void>;
  close(): void;
}

export function startFollower(deps: SiteDeps): Follower {
  const { shared, journal, log } = deps;
  /** What led to no event here needs no cursor on disk. */
  const passed = new Map<SiteId, number>();

  async function commit(commands: readonly Tell[]): Promise<void> {
    const answers = await Promise.all(
      commands.map(async (command) => await journal.submit(command, { actor: ACTOR })),
    );
    const refused = answers.find((answer) => !answer.ok);
    // It comes again, when there is room.
    if (refused && !refused.ok) throw new Error(refused.error.message);
  }

  async function hear(told: readonly Told[]): Promise<void> {
    await commit(told.flatMap((one) => tellsOf(one, deps)));
    for (const { site, seq } of told) passed.set(site, Math.max(passed.get(site) ?? 0, seq));
  }

  async function readAll(): Promise<void> {
    const documents = await shared.documents();
    await commit(documents.flatMap((one) => tellOf(one, deps)));
  }

  const end = shared.follow({
    hear,
    heard: (site) => Math.max(journal.heard(site), passed.get(site) ?? 0),
    async missed() {
      log.info('some of what other coordinators told is not kept any more; all tasks are read');
      await readAll();
    },
  });
  return { readAll, close: end };
}

function tellsOf({ site, seq, text }: Told, { log }: SiteDeps): Tell[] {
  const telling = readText(Telling, text);
  if (!telling) {
    log.warn({ site, seq }, 'what a coordinator of another version told was not understood');
    return [];
  }
  const { words, about, agents = [], removed = [] } = telling;
  const common = { type: 'site.tell', site, seq, words } as const;
  return [
    ...(about ? [{ ...common, about: about.task.id, ...about }] : []),
    ...agents.map((agent): Tell => ({ ...common, agent })),
    ...removed.map((id): Tell => ({ ...common, removedAgent: agentIdAt(id, site) })),
  ];
}

function tellOf(
  { site, seq, task: id, text }: KeptDocument,
  { site: here, log }: SiteDeps,
): Tell[] {
  if (site === here) return [];
  const about = readText(TaskDocument, text);
  if (about) return [{ type: 'site.tell', site, seq, about: id, ...about, words: 'read anew' }];
  log.warn({ site, task: id }, 'a task of a coordinator of another version was not understood');
  return [];
}
