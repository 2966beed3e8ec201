/** The first steps of a newcomer, and which of them are done: read from the workshop, never remembered. */
import { useEffect, useState } from 'react';
import type { OutputOf } from '../../shared/contract.ts';
import { ENGINE_KINDS, type EngineKind } from '../../shared/domain/engine.ts';
import { browserClock } from '../client/clock.ts';
import { useApp, useData } from '../context.ts';
import type { Data } from '../store/data.ts';
import { selectHasTasks } from '../store/selectors.ts';

export interface Steps {
  /** `null`: not known yet. */
  readonly engine: {
    readonly isReady: boolean;
    /** Which one; Claude Code while there is none. */
    readonly kind: EngineKind;
    readonly version: string | null;
  } | null;
  readonly hasTasks: boolean;
  /** Agents on other PCs. */
  readonly others: number;
  readonly done: number;
}

export const ALL_STEPS = 3;

/** An engine that was just installed is found by its agent; nobody tells us when. */
const LOOK_MS = 5_000;

export function useSteps(): Steps {
  const engine = useEngine();
  const hasTasks = useData(selectHasTasks);
  const others = useData(selectOthers);
  const done = [engine?.isReady === true, hasTasks, others > 0].filter(Boolean).length;
  return { engine, hasTasks, others, done };
}

/** Agents that joined with a key of their own are on other PCs. */
function selectOthers({ live }: Data): number {
  let count = 0;
  for (const { enrolment } of live.agents.values()) if (enrolment !== null) count += 1;
  return count;
}

function useEngine(): Steps['engine'] {
  const { session } = useApp();
  const [info, setInfo] = useState<OutputOf<'start.get'> | null>(null);
  useEffect(() => {
    let isCurrent = true;
    let cancel = (): void => {};
    const ask = async (): Promise<void> => {
      const answer = await session.api.call('start.get', {});
      if (!isCurrent) return;
      if (answer.ok) setInfo(answer.value);
      cancel = browserClock.after(LOOK_MS, () => void ask());
    };
    void ask();
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [session]);
  if (!info) return null;
  // Any program can be a command; that one thinks is not known.
  const ready = ENGINE_KINDS.filter((kind) => kind !== 'command').flatMap((kind) => {
    const found = info.engines.find((engine) => engine.kind === kind);
    return found?.ready ? [{ isReady: true, kind, version: found.version }] : [];
  });
  return ready[0] ?? { isReady: false, kind: 'claude-code', version: null };
}
