/** Which processes belong to an attempt, on made-up lists of processes. */
import { array, assert, boolean, nat, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { createTraces, membersOf, noteRoots } from './members.ts';
import type { ProcessInfo } from './processes.ts';

function info(pid: number, parent: number, more: Partial<ProcessInfo> = {}): ProcessInfo {
  return {
    pid,
    started: pid,
    parent,
    group: pid,
    session: pid,
    terminal: '',
    stopped: false,
    inKernel: false,
    environment: '',
    ...more,
  };
}

/** Far above the made-up numbers. */
const US = process.pid + 1_000_000;
const pids = (found: readonly ProcessInfo[]): number[] => found.map(({ pid }) => pid);

test('holds all below a seed, parents first, and never us nor our ancestors', () => {
  const forest = array(tuple(nat(), nat(), nat(), boolean()), { minLength: 2, maxLength: 40 }).map(
    (rows) =>
      rows.map(([parent, group, session, seed], i) => ({
        // Everything hangs below something older; the last one is us.
        ...info(i === rows.length - 1 ? process.pid : US + i, i === 0 ? 0 : US + (parent % i), {
          group: US + (group % (i + 1)),
          session: US + (session % (i + 1)),
        }),
        seed,
      })),
  );
  assert(
    property(forest, (rows) => {
      const seeds = new Set(rows.filter(({ seed }) => seed).map(({ pid }) => pid));
      const found = membersOf(rows, createTraces(), ({ pid }) => seeds.has(pid));
      const mine = new Set(pids(found));
      const parents = new Map(rows.map(({ pid, parent }) => [pid, parent]));
      const line = new Set<number>();
      for (let at: number | undefined = process.pid; at; at = parents.get(at)) line.add(at);
      for (const pid of line) expect(mine.has(pid)).toBe(false);
      const due = rows.filter(({ pid, parent }) => seeds.has(pid) || mine.has(parent));
      expect(due.filter(({ pid }) => !line.has(pid) && !mine.has(pid))).toEqual([]);
      const order = new Map(pids(found).map((pid, i) => [pid, i]));
      for (const { pid, parent } of found)
        expect(order.get(parent) ?? -1).toBeLessThan(order.get(pid) ?? 0);
    }),
  );
});

test('knows the children of a leader that is dead by now', () => {
  const traces = createTraces();
  const first = [info(1, 0), info(10, 1), info(11, 10)];
  noteRoots(traces, [10], first);
  expect(pids(membersOf(first, traces, () => false))).toEqual([10, 11]);
  const later = [info(1, 0), info(30, 1, { group: 30, session: 11 })];
  expect(pids(membersOf(later, traces, () => false))).toEqual([30]);
});

test('does not take what got the number of a dead one for it', () => {
  const traces = createTraces();
  const first = [info(1, 0), info(10, 1), info(11, 10)];
  noteRoots(traces, [10], first);
  membersOf(first, traces, () => false);
  const reused = [info(1, 0), info(10, 1, { started: 99 }), info(12, 10, { started: 99 })];
  expect(pids(membersOf(reused, traces, () => false))).toEqual([]);
});

test('forgets a terminal that somebody else got', () => {
  const traces = createTraces();
  const terminal = '/dev/pts/5';
  const first = [info(1, 0), info(10, 1, { terminal })];
  noteRoots(traces, [10], first);
  membersOf(first, traces, () => false);
  expect([...traces.terminals]).toEqual([terminal]);
  membersOf([info(1, 0), info(40, 1, { terminal })], traces, () => false);
  expect([...traces.terminals]).toEqual([]);
});

test('a session that we are in ourselves says nothing of others in it', () => {
  const traces = createTraces();
  const all = [
    info(1, 0),
    info(50, 1),
    info(process.pid, 1, { group: 50, session: 50 }),
    info(51, 1, { group: 51, session: 50 }),
  ];
  noteRoots(traces, [50], all);
  expect(pids(membersOf(all, traces, () => false))).toEqual([50]);
});

test('knows an orphan again that has nothing of its own to be known by', () => {
  const traces = createTraces();
  const ours = { group: process.pid, session: process.pid };
  const us = info(process.pid, 1, ours);
  const first = [info(1, 0), us, info(US, process.pid, ours), info(US + 1, US, ours)];
  noteRoots(traces, [US], first);
  membersOf(first, traces, () => false);
  const later = [info(1, 0), us, info(US + 1, 1, ours)];
  expect(pids(membersOf(later, traces, () => false))).toEqual([US + 1]);
});
