/**
 * What the kernel does not take away when a run is killed: the hosts' disks and their control groups. Each run says in the
 * cache what it has made; the next one removes what belongs to no living process.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { cacheFolder } from './base.ts';

const Note = z.strictObject({ pid: z.int(), started: z.string(), disks: z.string() });

export interface Run {
  /** Name of the run, also of its control group. */
  readonly id: string;
  /** Removes the disks, the control groups and the note. */
  clear(): void;
}

/** Notes that this process makes hosts with their disks in `disks`, after having cleared what dead ones left. */
export function noteRun(id: string, disks: string): Run {
  const folder = path.join(cacheFolder(), 'runs');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) clearIfDead(path.join(folder, name));
  const note = path.join(folder, id);
  writeFileSync(
    note,
    JSON.stringify({ pid: process.pid, started: startOf(process.pid), disks } satisfies z.infer<
      typeof Note
    >),
  );
  return { id, clear: () => clear(note, id, disks) };
}

function clearIfDead(note: string): void {
  const parsed = readNote(note);
  if (parsed === null || startOf(parsed.pid) === parsed.started) return;
  try {
    clear(note, path.basename(note), parsed.disks);
  } catch {
    // Another run clears it too, or its last processes are about to end: the note stays for the next one.
  }
}

/** `null`: another run has just removed it, or is writing it. */
function readNote(file: string): z.infer<typeof Note> | null {
  try {
    return Note.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

function clear(note: string, id: string, disks: string): void {
  rmSync(disks, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  removeGroups(id);
  rmSync(note, { force: true });
}

const TREES = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'];

/** Removes a control group, in every tree of them, with those in it; all have to be without processes. */
export function removeGroups(group: string): void {
  for (const tree of TREES) removeGroup(path.join(tree, group));
}

function removeGroup(folder: string): void {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return; // Not on this PC, or gone.
  }
  for (const entry of entries) if (entry.isDirectory()) removeGroup(path.join(folder, entry.name));
  rmdirSync(folder);
}

/** When a process started, as the kernel counts; tells it from a later one of the same number. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return 'ended';
  }
}
