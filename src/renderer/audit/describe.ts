/** One line for every event of the record, and what it is about. Pure. */
import type { Event } from '../../shared/domain/event.ts';
import type { Text } from '../i18n/en.ts';
import { describeEvent, type EventLine } from '../task/timeline/describe-event.ts';

export function describeEntry(event: Event, text: Text): EventLine {
  const words = agentWords(event, text) ?? workshopWords(event, text);
  const line = words ?? describeEvent(event, text);
  // In a task's own timeline its title stands above; here it tells which task that is.
  return event.type === 'task.created' ? { ...line, detail: event.title } : line;
}

/** What an event is about: a task, or an agent; `null`: the workshop. */
export function subjectOf(event: Event): { readonly id: string; readonly path: string } | null {
  if ('taskId' in event) return { id: event.taskId, path: `/tasks/${event.taskId}` };
  if ('agentId' in event) return { id: event.agentId, path: `/agents/${event.agentId}` };
  return null;
}

function agentWords(event: Event, { audit, troubles }: Text): EventLine | null {
  const { words } = audit;
  const line = (text: string, state = '', detail: string | null = null): EventLine => ({
    text,
    detail,
    state,
  });
  switch (event.type) {
    case 'agent.connected':
      return line(words.agentConnected(event.agentId), 'idle', `${event.name} · ${event.version}`);
    case 'agent.enrolled':
      return line(words.agentEnrolled(event.agentId), 'idle', event.name);
    case 'agent.changed':
      return line(words.agentChanged(event.agentId), '', event.name);
    case 'agent.update_changed':
      return line(words.agentUpdate(event.agentId, event.update.state), 'updating');
    case 'agent.disconnected':
      return line(words.agentDisconnected(event.agentId), '', event.why);
    case 'agent.load_changed':
      return event.overloaded
        ? line(words.agentOverloaded(event.agentId), 'overloaded')
        : line(words.agentRelieved(event.agentId), 'idle');
    case 'agent.drain_changed':
      return line(
        event.draining ? words.agentDraining(event.agentId) : words.agentResumed(event.agentId),
        event.draining ? 'maintenance' : 'idle',
      );
    case 'agent.conditions_changed': {
      const [first] = event.conditions;
      return first
        ? line(words.agentTrouble(event.agentId), 'trouble', troubles.conditions[first.kind].agent)
        : line(words.agentWell(event.agentId), 'idle');
    }
    case 'agent.removed':
      return line(words.agentRemoved(event.agentId));
    case 'agent.shell_opened':
      return line(words.shellOpened(event.by, event.agentId), 'trouble', event.consoleId);
    case 'agent.shell_closed':
      return line(words.shellClosed(event.agentId), '', `${event.consoleId} · ${event.why}`);
    default:
      return null;
  }
}

function workshopWords(event: Event, { audit, people }: Text): EventLine | null {
  const { words } = audit;
  switch (event.type) {
    case 'queue.paused':
      return { text: words.queuePaused, detail: null, state: 'maintenance' };
    case 'queue.resumed':
      return { text: words.queueResumed, detail: null, state: 'idle' };
    case 'access.granted': {
      const role = people.roles[event.role];
      return { text: people.granted(event.by, event.name, role), detail: null, state: 'trouble' };
    }
    case 'access.revoked':
      return { text: people.revoked(event.by, event.name), detail: null, state: '' };
    case 'workshop.restored':
      return { text: words.restored, detail: event.backup, state: 'trouble' };
    default:
      return null;
  }
}
