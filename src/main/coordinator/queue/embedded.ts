/** The queue inside the coordinator: the lanes are an index of the task table, so they can neither lose nor repeat a task. */
import { parseLaneKey, type Lane } from '../../../shared/domain/lane.ts';
import { EngineKind } from '../../../shared/domain/engine.ts';
import { isOfEngine } from '../../../shared/domain/retry.ts';
import { Specialty } from '../../../shared/domain/specialty.ts';
import { FailureCode } from '../../../shared/errors.ts';
import { AgentId, taskIdOf } from '../../../shared/ids.ts';
import type { Db } from '../db/open.ts';
import { readyQueries, type ReadyQueries } from '../db/ready.ts';
import type { ReadyQueue } from './port.ts';

/** Reads from the journal's database, which stays the journal's to write and to close. */
export function createEmbeddedQueue(db: Db): ReadyQueue {
  const ready = readyQueries(db);
  let lanes: ReadonlyMap<string, Lane> = new Map();
  return {
    // Nobody else takes from it.
    fill: () => Promise.resolve(false),
    fenceOf: () => undefined,
    // Events tell of everything.
    onChange: () => () => {},
    lanes() {
      const rows = ready.lanes();
      // Most are there still when they are asked for again.
      lanes = new Map(rows.map(({ lane }) => [lane, lanes.get(lane) ?? parseLaneKey(lane)]));
      return rows.flatMap(({ lane: key, rank, number }) => {
        const lane = lanes.get(key);
        return lane ? [{ key, lane, first: { rank, number } }] : [];
      });
    },
    head(key, count) {
      const { demand } = lanes.get(key) ?? parseLaneKey(key);
      return ready.head(key, count).map(({ number, rank, specialty, repo, tried }) => ({
        id: taskIdOf(number),
        number,
        rank,
        demand,
        specialty: specialty === null ? null : Specialty.parse(specialty),
        repo,
        // Most were never tried, and need not be asked for.
        failedOn: tried ? ready.failedOn(number).map((id) => AgentId.parse(id)) : [],
        // Where there is no choice, it says nothing.
        failedWith: tried && demand.engine === 'auto' ? failedWith(ready, number) : [],
      }));
    },
    waiting: () => ready.owners().map(({ number, owner }) => ({ id: taskIdOf(number), owner })),
    within: (states, scope) => ready.within(states, scope).map(taskIdOf),
    nextDue: ready.nextDue,
    due: (now, limit) => ready.due(now, limit).map(taskIdOf),
    unblockable: (now, limit) => ready.unblockable(now, limit).map(taskIdOf),
  };
}

function failedWith(ready: ReadyQueries, number: number): EngineKind[] {
  const kinds = ready
    .failures(number)
    .filter(({ code }) => isOfEngine(FailureCode.parse(code)))
    .map(({ engine }) => EngineKind.parse(engine));
  return [...new Set(kinds)];
}
