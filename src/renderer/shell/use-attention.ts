/** In the desktop app: has the system tell what needs a person who is not looking, and follows clicks and wake-ups. */
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { ConditionKind } from '../../shared/domain/condition.ts';
import { AgentId, TaskId, type AttemptId } from '../../shared/ids.ts';
import { browserClock } from '../client/clock.ts';
import { useApp } from '../context.ts';
import { TEXTS } from '../i18n/languages.ts';
import type { Text } from '../i18n/en.ts';
import type { Live } from '../store/live.ts';
import {
  createAttention,
  mattersOf,
  mattersOfPulls,
  newModelTroubles,
  newQuestions,
  newStorageTroubles,
  type Matter,
} from './attention.ts';
import { watchPulls } from './pull-troubles.ts';

/** Names in one notice; the rest is in the number. */
const MOST_NAMED = 3;

export function useAttention(): void {
  const { session, data, ui } = useApp();
  useEffect(() => {
    const bridge = window.koubou;
    if (!bridge) return undefined;
    const attention = createAttention({
      clock: browserClock,
      isAway: () => document.hidden || !document.hasFocus(),
      show(matters) {
        const text = TEXTS[ui.getState().language];
        const { notify } = text.troubles;
        const [first] = matters;
        const names = matters
          .slice(0, MOST_NAMED)
          .map((matter) => nameOf(matter, data.getState().live, text));
        const isSame = matters.every(({ path }) => path === first.path);
        const path = isSame ? first.path : commonPlaceOf(matters);
        bridge.notify({ title: titleOf(matters, text), body: notify.and(names), path });
      },
    });
    const agentOf = (id: AttemptId): AgentId | undefined =>
      data.getState().live.attempts.get(id)?.agentId;
    const watch = watchPulls();
    const stopEvents = session.onEvents((events) =>
      attention.tell([...mattersOf(events, agentOf), ...mattersOfPulls(watch(events))]),
    );
    const stopData = data.subscribe(({ live, hosts }, before) => {
      if (hosts !== before.hosts) attention.tell(newQuestions(before.hosts, hosts));
      if (live.conditions === before.live.conditions) return;
      attention.tell(newStorageTroubles(before.live.conditions, live.conditions));
      attention.tell(newModelTroubles(before.live.conditions, live.conditions));
    });
    return () => {
      stopEvents();
      stopData();
      attention.close();
    };
  }, [session, data, ui]);
}

/** Opens what a notice was about, and connects at once when the machine or the network is back. */
export function useNative(): void {
  const { session } = useApp();
  const navigate = useNavigate();
  useEffect(() => window.koubou?.onOpen((path) => void navigate(path)), [navigate]);
  useEffect(() => {
    const stop = window.koubou?.onWake(session.wake);
    window.addEventListener('online', session.wake);
    return () => {
      stop?.();
      window.removeEventListener('online', session.wake);
    };
  }, [session]);
}

function titleOf(matters: readonly [Matter, ...Matter[]], { troubles, native }: Text): string {
  const { notify } = troubles;
  const [{ kind }] = matters;
  if (matters.length === 1) return notify[kind];
  if (matters.every((matter) => matter.kind === kind)) return notify.many[kind](matters.length);
  const areTasks = matters.every(isOfTask);
  return areTasks ? native.tasksNeedYou(matters.length) : native.thingsNeedYou(matters.length);
}

/** Where all of them are seen: the list of tasks, or what the whole workshop asks for. */
function commonPlaceOf(matters: readonly Matter[]): string {
  return matters.every(isOfTask) ? '/tasks' : '/overview';
}

function isOfTask({ subject }: Matter): boolean {
  return TaskId.safeParse(subject).success;
}

function nameOf({ kind, subject }: Matter, { tasks, agents }: Live, text: Text): string {
  const { troubles, native } = text;
  if (kind === 'stopped') return native.stoppedNotice;
  const agent = AgentId.safeParse(subject);
  if (kind === 'lost' && agent.success) return agents.get(agent.data)?.name ?? subject;
  const condition = ConditionKind.safeParse(subject);
  if (condition.success) return troubles.conditions[condition.data].coordinator;
  const id = TaskId.safeParse(subject);
  const title = id.success ? tasks.get(id.data)?.title : undefined;
  return title ?? subject;
}
