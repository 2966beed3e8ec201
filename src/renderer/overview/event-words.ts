/** One line for an event of the whole workshop: of tasks as their timeline has it, of agents and the queue in words of this screen. Pure. */
import type { AgentId, TaskId } from '../../shared/ids.ts';
import { taskOfEvent, type Event } from '../../shared/domain/event.ts';
import type { Text } from '../i18n/en.ts';
import { describeEvent } from '../task/timeline/describe-event.ts';

export interface EventWords {
  readonly text: string;
  /** Colours the dot: a name of the state scale, or an empty one. */
  readonly state: string;
  /** Where more about it stands. */
  readonly path: string;
  readonly taskId: TaskId | null;
}

/** @param nameOf what an agent is called */
export function eventWords(event: Event, text: Text, nameOf: (id: AgentId) => string): EventWords {
  const taskId = taskOfEvent(event);
  if (taskId !== null) {
    const { text: words, state } = describeEvent(event, text);
    const tab = event.type === 'task.review_opened' ? 'changes' : 'timeline';
    return { text: words, state, path: `/tasks/${taskId}/${tab}`, taskId };
  }
  const [words, state] = ofWorkshop(event, text, nameOf);
  const path = 'agentId' in event ? `/agents/${event.agentId}` : '/tasks';
  return { text: words, state, path, taskId: null };
}

function ofWorkshop(
  event: Event,
  { overview, events: other, troubles }: Text,
  nameOf: (id: AgentId) => string,
): [words: string, state: string] {
  const { events } = overview;
  switch (event.type) {
    case 'agent.connected':
      return [events.connected(event.name), 'idle'];
    case 'agent.disconnected':
      return [events.disconnected(nameOf(event.agentId)), 'trouble'];
    case 'agent.enrolled':
      return [events.enrolled(event.name), 'idle'];
    case 'agent.removed':
      return [events.removed(nameOf(event.agentId)), ''];
    case 'agent.conditions_changed': {
      const name = nameOf(event.agentId);
      const [first] = event.conditions;
      return first
        ? [events.trouble(name, troubles.conditions[first.kind].short), 'error']
        : [events.recovered(name), 'idle'];
    }
    case 'agent.drain_changed': {
      const words = event.draining ? events.draining : events.undrained;
      return [words(nameOf(event.agentId)), 'maintenance'];
    }
    case 'agent.shell_opened':
      return [events.shellOpened(nameOf(event.agentId), event.by), 'trouble'];
    case 'agent.shell_closed':
      return [events.shellClosed(nameOf(event.agentId)), ''];
    case 'agent.changed':
    case 'agent.load_changed':
    case 'agent.update_changed':
      return [events.agent(nameOf(event.agentId)), ''];
    case 'queue.paused':
      return [events.paused, 'trouble'];
    case 'queue.resumed':
      return [events.resumed, 'idle'];
    case 'workshop.stopped':
      return [events.stopped, 'error'];
    case 'workshop.restarted':
      return [events.unstopped, 'idle'];
    case 'workshop.restored':
      return [events.restored, 'trouble'];
    default:
      return [other.other(event.type), ''];
  }
}
