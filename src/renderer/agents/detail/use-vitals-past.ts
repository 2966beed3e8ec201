/** How busy an agent was over the last minutes: asked for once in a while, and what comes live put behind it. */
import { useEffect, useState } from 'react';
import type { Vitals } from '../../../shared/domain/agent.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { VitalsPast } from '../../../shared/vitals-past.ts';
import type { CallError } from '../../client/call.ts';
import { browserClock } from '../../client/clock.ts';
import { useApp, useUi } from '../../context.ts';
import { selectAgent, selectAgentVitals, selectLink } from '../../store/selectors.ts';
import type { Reading } from './past.ts';

/** What came live is a handful of points by then. */
const ASK_AGAIN_MS = 60_000;
const MOST_LIVE = 120;

export interface PastOfAgent {
  /** `null` until the first answer. */
  readonly past: VitalsPast | null;
  readonly live: readonly Reading[];
  readonly error: CallError | null;
}

export function useVitalsPast(id: AgentId, minutes: number): PastOfAgent {
  const { session } = useApp();
  const link = useUi(selectLink);
  const [asked, setAsked] = useState<{ minutes: number; past: VitalsPast } | null>(null);
  const [error, setError] = useState<CallError | null>(null);
  const live = useReadings(id);
  useEffect(() => {
    let isCurrent = true;
    let cancel = (): void => {};
    const ask = async (): Promise<void> => {
      const answer = await session.api.call('agents.vitals', { id, minutes });
      if (!isCurrent) return;
      if (answer.ok) setAsked({ minutes, past: answer.value });
      setError(answer.ok ? null : answer.error);
      cancel = browserClock.after(ASK_AGAIN_MS, () => void ask());
    };
    // Asked again when the connection is back: what was missed is remembered there.
    if (link === 'open') void ask();
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [session, id, minutes, link]);
  return { past: asked?.minutes === minutes ? asked.past : null, live, error };
}

function useReadings(id: AgentId): readonly Reading[] {
  const { data } = useApp();
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  useEffect(() => {
    const select = selectAgentVitals(id);
    let last = select(data.getState());
    return data.subscribe((state) => {
      const vitals = select(state);
      if (!vitals || vitals === last) return;
      last = vitals;
      const busy = selectAgent(id)(state)?.running.length ?? 0;
      const reading = readingOf(vitals, busy, browserClock.now());
      setReadings((before) => [...before.slice(1 - MOST_LIVE), reading]);
    });
  }, [data, id]);
  return readings;
}

function readingOf(vitals: Vitals, slotsBusy: number, at: number): Reading {
  const { cpu, memoryUsedBytes, diskFreeBytes, rxBytesPerS = null, txBytesPerS = null } = vitals;
  return { at, cpu, memoryUsedBytes, diskFreeBytes, rxBytesPerS, txBytesPerS, slotsBusy };
}
