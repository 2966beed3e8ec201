/**
 * The emergency stop, carried out: agents are told to let everything stand still, or their attempts are ended. The stop
 * itself stands in the journal, so whoever connects later is told, too, after a restart of either side as well.
 */
import type { Logger } from 'pino';
import type { AgentId, AttemptId } from '../../../shared/ids.ts';
import type { ToAgent } from '../../../shared/protocol/agent.ts';
import { STAND_STILL_PROTOCOL } from '../../../shared/protocol/version.ts';
import type { Journal } from '../journal/port.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Link } from './link.ts';

export interface EmergencyDeps {
  readonly journal: Journal;
  readonly links: { linkOf(id: AgentId): Link | null };
  /** Offers what is assigned to an agent and was held back. */
  readonly dispatcher: Pick<Dispatcher, 'connected'>;
  readonly log: Logger;
}

export interface Emergency {
  /** The agent was welcomed, which said whether the workshop is stopped. */
  connected(id: AgentId): void;
  close(): void;
}

const MESSAGE = 'ended by the emergency stop';

/** Carries out at once what was decided before the coordinator ended. */
export function startEmergency({ journal, links, dispatcher, log }: EmergencyDeps): Emergency {
  async function end(id: AgentId): Promise<void> {
    const running = journal.agent(id)?.running ?? [];
    await Promise.all(running.map(endOne));
  }

  async function endOne(attemptId: AttemptId): Promise<void> {
    const result = await journal.submit(
      { type: 'attempt.give_up', attemptId, code: 'emergency_stopped', message: MESSAGE },
      { actor: 'emergency' },
    );
    if (!result.ok)
      log.error({ attempt: attemptId, code: result.error.code }, result.error.message);
  }

  function stop(id: AgentId): void {
    const { stopped } = journal.workshop();
    if (!stopped) return;
    const link = links.linkOf(id);
    if (link && link.protocol >= STAND_STILL_PROTOCOL) tell(link, true);
    // One of an older build knows no such thing: rather ended than running on.
    const cannot = link !== null && link.protocol < STAND_STILL_PROTOCOL;
    if (stopped.how === 'end' || cannot) void end(id);
  }

  function goOn(id: AgentId): void {
    const link = links.linkOf(id);
    if (link && link.protocol >= STAND_STILL_PROTOCOL) tell(link, false);
    dispatcher.connected(id, new Set());
  }

  const all = (): AgentId[] =>
    journal.agents().flatMap(({ id, site }) => (site === null ? [id] : []));
  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'workshop.stopped') for (const id of all()) stop(id);
      if (event.type === 'workshop.restarted') for (const id of all()) goOn(id);
    }
  });
  for (const id of all()) stop(id);
  return { connected: stop, close: unsubscribe };
}

function tell(link: Link, on: boolean): void {
  const frame: ToAgent = { type: 'stand_still', on };
  link.send(frame);
}
