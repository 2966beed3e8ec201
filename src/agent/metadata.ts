/**
 * `tasks/task-12.1/metadata.json`: which attempt a folder belongs to, and whether its tree may hold work. It tells what
 * a crash left, so it is whole and on disk before anything relies on it.
 */
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AttemptId, TaskId } from '../shared/ids.ts';

const Metadata = z.strictObject({
  taskId: TaskId,
  attemptId: AttemptId,
  repoKey: z.string(),
  branch: z.string(),
  /** The bare repository that the tree borrows from. */
  mirror: z.string(),
  /** Epoch ms: when the folder was last taken into use or given back. */
  at: z.number(),
  /** An engine was let into the tree, and nobody has found its work safe yet. */
  worked: z.boolean(),
  /** The start of the machine at which the engine was let in. */
  boot: z.string().default(''),
  /** It was looked at after its attempt, and is not to be removed. */
  kept: z.boolean().default(false),
});
export type Metadata = z.infer<typeof Metadata>;

const NAME = 'metadata.json';

export async function writeMetadata(folder: string, metadata: Metadata): Promise<void> {
  const place = path.join(folder, NAME);
  const file = await open(`${place}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(metadata, null, 2)}\n`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${place}.new`, place);
}

/** `null` when there is none, or it is of another version. */
export async function readMetadata(folder: string): Promise<Metadata | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path.join(folder, NAME), 'utf8'));
    return Metadata.safeParse(value).data ?? null;
  } catch {
    return null;
  }
}

/** What a folder is called while it is being removed. */
export const GONE = '.gone';

/** Removes a task's folder so that half of it is never taken for a whole one. */
export async function discardFolder(folder: string): Promise<void> {
  const gone = `${folder}${GONE}`;
  await rm(gone, { recursive: true, force: true });
  // There may be none.
  await rename(folder, gone).catch(() => {});
  await rm(gone, { recursive: true, force: true });
}
