/** What the tray shows of the workshop: its state at a glance, and the first of what needs a person. Pure. */
import { MOST_TRAY_NEEDS, type TraySummary } from '../../shared/bridge.ts';
import { isBlocked } from '../../shared/domain/condition.ts';
import type { Task } from '../../shared/domain/task.ts';
import type { Text } from '../i18n/en.ts';
import type { Data } from '../store/data.ts';
import { healthOf, selectRunningCount, selectStop } from '../store/selectors.ts';
import { healthWords } from '../shell/health-words.ts';

type Need = TraySummary['needs'][number];

/** As the bridge takes them. */
const LONGEST_TITLE = 150;
const LONGEST_WORDS = 250;

/** @param isOpen the coordinator can be asked */
export function trayOf(data: Data, isOpen: boolean, text: Text): TraySummary {
  const { live, hosts } = data;
  const running = selectRunningCount(data);
  const stop = selectStop(data);
  const needs: Need[] = [];
  for (const { question, target } of hosts.provisionings.values()) {
    if (question !== null) needs.push({ title: text.native.asks(target), path: '/agents' });
  }
  for (const task of live.tasks.values()) {
    if (needs.length >= MOST_TRAY_NEEDS) break;
    const need = needOf(task, text);
    if (need) needs.push(need);
  }
  const words = [...(stop ? [text.emergency.health] : []), ...healthWords(healthOf(live), text)];
  return {
    state: stateOf(),
    words: text.health.join(words).slice(0, LONGEST_WORDS),
    needs: needs.slice(0, MOST_TRAY_NEEDS),
    running,
    isPaused: live.workshop.queuePaused,
    isStopped: stop !== null,
    isAway: !isOpen,
  };

  function stateOf(): TraySummary['state'] {
    if (!isOpen) return 'trouble';
    if (stop) return 'stopped';
    if (isBlocked(live.conditions)) return 'trouble';
    if (needs.length > 0) return 'needs_you';
    return running > 0 ? 'working' : 'calm';
  }
}

function needOf({ id, title, state, failure }: Task, { native }: Text): Need | null {
  const short = title.slice(0, LONGEST_TITLE);
  if (state === 'review') return { title: native.review(short), path: `/tasks/${id}/changes` };
  // One that is tried again by itself needs nobody.
  if (state !== 'failed' || failure?.retryAt !== null) return null;
  return { title: native.failed(short), path: `/tasks/${id}/timeline` };
}
