/**
 * The folder of one attempt, `attempts/task-12.1/` in the agent's folder: all that is known of it on this machine while
 * the coordinator does not have it. Nothing secret is written here.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { AttemptId } from '../shared/ids.ts';
import { AttemptSpec } from '../shared/protocol/agent.ts';
import type { Stream } from '../shared/protocol/output.ts';

/** What an agent must know of an attempt after a restart. */
export const AttemptRecord = z.strictObject({
  spec: AttemptSpec.omit({ gitToken: true, models: true }),
  /** The start of the machine at which it was taken. */
  boot: z.string(),
  /** Its work tree and the commit that started from; `null` before it had one. */
  tree: z.strictObject({ repo: z.string(), start: z.string() }).nullable(),
});
export type AttemptRecord = z.infer<typeof AttemptRecord>;

export interface AttemptFolder {
  readonly dir: string;
  readonly record: string;
  readonly journal: string;
  /** Room that is given up when the disk is full, so that the journal can still say how the attempt ended. */
  readonly reserve: string;
  readonly prompt: string;
  readonly log: string;
  readonly socket: string;
  /** Where a supervisor can be asked to stand still while a person works in the tree; older ones have none. */
  readonly takeOver: string;
  readonly streams: Readonly<Record<Stream, string>>;
}

/** Where everything of an attempt lies. Pure. @param agentDir the agent's folder */
export function attemptFolder(agentDir: string, id: AttemptId): AttemptFolder {
  const dir = path.join(agentDir, 'attempts', id);
  return {
    dir,
    record: path.join(dir, 'attempt.json'),
    journal: path.join(dir, 'journal'),
    reserve: path.join(dir, 'reserve'),
    prompt: path.join(dir, 'prompt.md'),
    log: path.join(dir, 'supervisor.log'),
    socket: socketPath(dir, 'socket'),
    takeOver: socketPath(dir, 'takeover'),
    streams: {
      terminal: path.join(dir, 'terminal.raw'),
      transcript: path.join(dir, 'transcript.ndjson'),
    },
  };
}

/** Where the work tree of an attempt lies. Pure. */
export function treeFolder(agentDir: string, id: AttemptId): string {
  return path.join(agentDir, 'tasks', id);
}

/** A folder that is left of an attempt: with its record, or `null` when that cannot be read. */
export interface FoundFolder {
  readonly id: AttemptId;
  readonly record: AttemptRecord | null;
}

/** All attempts that left a folder, oldest name first. */
export async function findAttempts(agentDir: string): Promise<FoundFolder[]> {
  const names = await readdir(path.join(agentDir, 'attempts')).catch(() => []);
  const found: FoundFolder[] = [];
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    const id = AttemptId.safeParse(name);
    if (!id.success) continue;
    found.push({ id: id.data, record: await readRecord(attemptFolder(agentDir, id.data)) });
  }
  return found;
}

/** What may be written to disk of an attempt: all but what opens something. */
export function recordOf(
  spec: AttemptSpec,
  boot: string,
  tree: AttemptRecord['tree'],
): AttemptRecord {
  const { gitToken, models, ...rest } = spec;
  void gitToken;
  void models;
  return { spec: rest, boot, tree };
}

/**
 * Writes the record so that a killed agent leaves the old one or the new one. Not fsynced: after a power failure nothing
 * runs that it could lead to, and what a work tree holds is known from the tree itself.
 */
export async function writeRecord(folder: AttemptFolder, record: AttemptRecord): Promise<void> {
  await mkdir(folder.dir, { recursive: true, mode: 0o700 });
  const text = JSON.stringify(AttemptRecord.parse(record));
  await writeFile(`${folder.record}.new`, text, { mode: 0o600 });
  await rename(`${folder.record}.new`, folder.record);
}

/** Sets room aside for the last words of an attempt. */
export async function makeReserve({ reserve }: AttemptFolder): Promise<void> {
  await writeFile(reserve, Buffer.alloc(RESERVE_BYTES, 1), { mode: 0o600 });
}

/** Gives the room up. Whether there was any left does not matter. */
export async function useReserve({ reserve }: AttemptFolder): Promise<void> {
  await rm(reserve, { force: true }).catch(() => {});
}

/** Reports are short; a message of a failure has at most 10 kB. */
const RESERVE_BYTES = 128 * 1024;

export async function removeAttempt({ dir, socket, takeOver }: AttemptFolder): Promise<void> {
  await rm(socket, { force: true });
  await rm(takeOver, { force: true });
  await rm(dir, { recursive: true, force: true });
}

async function readRecord({ record }: AttemptFolder): Promise<AttemptRecord | null> {
  try {
    return AttemptRecord.parse(JSON.parse(await readFile(record, 'utf8')));
  } catch {
    // Torn by a crash before the attempt began, or of another version: there is nothing to go on with.
    return null;
  }
}

/** What fits into a socket address on every system. */
const LONGEST_SOCKET_PATH = 100;

function socketPath(dir: string, kind: 'socket' | 'takeover'): string {
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 24);
  if (process.platform === 'win32')
    return `\\\\.\\pipe\\koubou-${name}${kind === 'socket' ? '' : `-${kind}`}`;
  const inside = path.join(dir, kind);
  // Bytes, not characters, are what the system counts.
  return Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH
    ? inside
    : path.join(tmpdir(), `koubou-${name}.${kind}`);
}
