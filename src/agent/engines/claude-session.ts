/**
 * The session of Claude Code that belongs to a task on this agent: the next attempt at it goes on where the last one was.
 * Claude Code keeps sessions among its own files, by a name that we choose.
 */
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { exists } from '../exists.ts';

export interface ClaudeSession {
  readonly id: string;
  /** Where it is kept; `null`: there was none yet. */
  readonly file: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @param env that of the engine: it says which task and agent this is, and where Claude Code keeps its files */
export async function sessionFor(env: Environment): Promise<ClaudeSession> {
  const id = sessionId(env['KOUBOU_DIR'] ?? '', env['KOUBOU_TASK_ID'] ?? '');
  const projects = path.join(configFolder(env), 'projects');
  // One folder for each work tree that there ever was.
  const folders = await readdir(projects).catch(() => []);
  for (const folder of folders) {
    const file = path.join(projects, folder, `${id}.jsonl`);
    if (await exists(file)) return { id, file };
  }
  return { id, file: null };
}

/** The next attempt begins anew. */
export async function forget({ file }: ClaudeSession): Promise<void> {
  if (file !== null) await rm(file, { force: true });
}

/** Where Claude Code keeps what is its own. */
function configFolder(env: Environment): string {
  return env['CLAUDE_CONFIG_DIR'] ?? path.join(env['HOME'] ?? homedir(), '.claude');
}

/** A UUID that is always the same for the same task. @param dir the agent's folder: task numbers of two workshops are the same */
function sessionId(dir: string, taskId: string): string {
  const hex = createHash('sha256').update(`${dir}\0${taskId}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
