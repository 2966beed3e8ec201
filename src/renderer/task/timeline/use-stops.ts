/**
 * The emergency stops while a task was there: they are no events of the task, so the record is asked for them when the timeline
 * opens, and again when the workshop stops or goes on.
 */
import { useEffect, useState } from 'react';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { isEnd, type Task } from '../../../shared/domain/task.ts';
import type { Api } from '../../client/call.ts';
import { useApp } from '../../context.ts';
import { selectStop } from '../../store/selectors.ts';

/** One answer looks only so far into the record: of a task that took very long, stops long ago are not shown. */
const MOST_PAGES = 20;

const NONE: readonly StoredEvent[] = [];

export function useStops({ createdAt, state, updatedAt }: Task): readonly StoredEvent[] {
  const { session, data } = useApp();
  const until = isEnd(state) ? updatedAt : null;
  const [stops, setStops] = useState(NONE);
  useEffect(() => {
    let isCurrent = true;
    const read = async (): Promise<void> => {
      const found = await readStops(session.api, createdAt, until, () => isCurrent);
      if (isCurrent) setStops(found);
    };
    void read();
    const unsubscribe = data.subscribe((now, before) => {
      if (selectStop(now) !== selectStop(before)) void read();
    });
    return () => {
      isCurrent = false;
      unsubscribe();
    };
  }, [session, data, createdAt, until]);
  return stops;
}

/** Oldest first; what could not be read is left out. */
async function readStops(
  api: Api,
  since: number,
  until: number | null,
  isWanted: () => boolean,
): Promise<readonly StoredEvent[]> {
  const found: StoredEvent[] = [];
  let before: number | undefined;
  for (let page = 0; page < MOST_PAGES && isWanted(); page++) {
    const answer = await api.call('audit.list', {
      ...{ kind: 'workshop', since, limit: 500 },
      ...(until !== null && { until }),
      ...(before !== undefined && { before }),
    });
    if (!answer.ok) break;
    const { events, nextBefore } = answer.value;
    found.push(...events.filter(({ event }) => STOPS.has(event.type)));
    if (nextBefore === null) break;
    before = nextBefore;
  }
  return found.toReversed();
}

const STOPS = new Set<string>(['workshop.stopped', 'workshop.restarted']);
