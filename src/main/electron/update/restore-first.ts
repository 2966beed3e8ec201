/** After the way back: restores the backup that it needs, before the coordinator of the older version opens the data. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServeProgram } from '../serve-program.ts';
import type { MemoryFile } from './memory.ts';

export interface RestoreDeps {
  readonly memory: MemoryFile;
  readonly program: ServeProgram;
  readonly dataDir: string;
}

/** Tried once, whatever comes of it: the coordinator says what is wrong with its data. Answers what was done, in words. */
export async function restoreFirst({
  memory,
  program: { command, args },
  dataDir,
}: RestoreDeps): Promise<string | null> {
  const { restore } = memory.get();
  if (restore === undefined) return null;
  memory.set({ restore: undefined });
  const order = [...args, 'backup', 'restore', restore, '--data', dataDir];
  try {
    const { stdout } = await promisify(execFile)(command, order);
    return stdout.trim().replaceAll('\n', '; ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
