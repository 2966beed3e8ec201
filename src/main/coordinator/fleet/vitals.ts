/**
 * The load of connected agents, from their heartbeats, in memory only; and from it the judgement whether an agent
 * is overloaded. Publishes to listeners at most once a second, in one message all agents that were heard since the last,
 * so that the silence of one can be told from what is missing.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Vitals } from '../../../shared/domain/agent.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { Fleet } from './port.ts';

const PUBLISH_MS = 1_000;
/** So many heartbeats in a row must agree before the judgement changes: a short peak is no overload. */
const BEATS = 3;

const MiB = 1024 * 1024;
/** Less than this and not even a work tree fits. */
const LEAST_DISK_BYTES = 64 * MiB;
const MOST_MEMORY_SHARE = 0.95;
/** A full processor is what a working agent is for; a queue of so many runnable threads per core is not. */
const MOST_LOAD_PER_CPU = 8;
const FULL_CPU = 0.95;

export interface VitalsBoard extends Omit<Fleet, 'makesRoom' | 'wake'> {
  /** Takes a heartbeat. Answers the new judgement when it changed, else `null`. */
  heartbeat(id: AgentId, vitals: Vitals, cpus: number): boolean | null;
  setRepos(id: AgentId, repos: readonly string[]): void;
  /** Forgets an agent that is no longer connected. */
  drop(id: AgentId): void;
  close(): void;
}

interface Entry {
  vitals: Vitals | null;
  /** Heard since it was last published. */
  isNew: boolean;
  repos: ReadonlySet<string>;
  overloaded: boolean;
  /** Heartbeats in a row that contradict `overloaded`. */
  against: number;
}

const NO_REPOS: ReadonlySet<string> = new Set();

export function createVitalsBoard(clock: Clock): VitalsBoard {
  const entries = new Map<AgentId, Entry>();
  const listeners = new Set<Parameters<Fleet['onVitals']>[0]>();
  let cancelPublish: (() => void) | null = null;

  function entryOf(id: AgentId): Entry {
    let entry = entries.get(id);
    if (!entry)
      entries.set(
        id,
        (entry = { vitals: null, isNew: false, repos: NO_REPOS, overloaded: false, against: 0 }),
      );
    return entry;
  }

  function publish(): void {
    cancelPublish = null;
    const heard = [...entries].flatMap(([agentId, { vitals, isNew }]) =>
      vitals && isNew ? [{ agentId, vitals }] : [],
    );
    for (const entry of entries.values()) entry.isNew = false;
    if (heard.length > 0) for (const listener of [...listeners]) listener(heard);
  }

  return {
    vitals: (id) => entries.get(id)?.vitals ?? null,
    repos: (id) => entries.get(id)?.repos ?? NO_REPOS,
    onVitals(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    heartbeat(id, vitals, cpus) {
      const entry = entryOf(id);
      entry.vitals = vitals;
      entry.isNew = true;
      cancelPublish ??= clock.after(PUBLISH_MS, publish);
      const heavy = isHeavy(vitals, cpus);
      entry.against = heavy === entry.overloaded ? 0 : entry.against + 1;
      if (entry.against < BEATS) return null;
      entry.against = 0;
      entry.overloaded = heavy;
      return heavy;
    },
    setRepos(id, repos) {
      entryOf(id).repos = new Set(repos);
    },
    drop(id) {
      entries.delete(id);
    },
    close() {
      cancelPublish?.();
      listeners.clear();
    },
  };
}

function isHeavy(vitals: Vitals, cpus: number): boolean {
  return (
    vitals.diskFreeBytes < LEAST_DISK_BYTES ||
    vitals.memoryUsedBytes > vitals.memoryBytes * MOST_MEMORY_SHARE ||
    // The average fades over minutes; it says something about now only with a processor that is full now.
    (vitals.load1 > cpus * MOST_LOAD_PER_CPU && vitals.cpu > FULL_CPU)
  );
}
