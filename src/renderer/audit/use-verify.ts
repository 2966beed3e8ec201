/** The check of the whole record: begun here or elsewhere, watched while it runs. */
import { useEffect, useState } from 'react';
import type { Audit } from '../../shared/upkeep.ts';
import { browserClock } from '../client/clock.ts';
import { useApp } from '../context.ts';

const LOOK_MS = 400;

export interface Verify {
  /** `null`: not known yet. */
  readonly audit: Audit | null;
  start(): void;
}

export function useVerify(): Verify {
  const { session } = useApp();
  const [audit, setAudit] = useState<Audit | null>(null);
  const isRunning = audit === null || audit.state === 'running';
  useEffect(() => {
    if (!isRunning) return;
    let isCurrent = true;
    let cancel = (): void => {};
    const look = async (): Promise<void> => {
      const answer = await session.api.call('audit.get', {});
      if (!isCurrent) return;
      if (answer.ok) setAudit(answer.value);
      cancel = browserClock.after(LOOK_MS, () => void look());
    };
    void look();
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [session, isRunning]);
  return {
    audit,
    start() {
      void session.api.call('audit.verify', {}).then((answer) => {
        if (answer.ok) setAudit(answer.value);
      });
    },
  };
}
