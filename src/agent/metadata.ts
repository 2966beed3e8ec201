/** `tasks/task-N/metadata.json`: which attempt a task's folder belongs to; it tells what a crash left. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AttemptId, TaskId } from '../shared/ids.ts';
import type { AttemptSpec } from '../shared/protocol/agent.ts';

const Metadata = z.strictObject({
  taskId: TaskId,
  attemptId: AttemptId,
  repoKey: z.string(),
  branch: z.string(),
  startedAt: z.number(),
});
export type Metadata = z.infer<typeof Metadata>;

const NAME = 'metadata.json';

export async function writeMetadata(
  taskDir: string,
  spec: AttemptSpec,
  now: number,
): Promise<void> {
  const { taskId, attemptId, branch, repo } = spec;
  const metadata: Metadata = { taskId, attemptId, repoKey: repo.key, branch, startedAt: now };
  await writeFile(path.join(taskDir, NAME), `${JSON.stringify(metadata, null, 2)}\n`);
}

/** `null` when there is none, or it is not whole: a crash came between. */
export async function readMetadata(taskDir: string): Promise<Metadata | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path.join(taskDir, NAME), 'utf8'));
    return Metadata.safeParse(value).data ?? null;
  } catch {
    return null;
  }
}
