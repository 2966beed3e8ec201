/**
 * The key that an engine shows its model, in a file for as long as the engine runs: programs that would show a variable of
 * their environment to the model's shell read it from there. The relay's key opens nothing anywhere else.
 */
import { rm, writeFile } from 'node:fs/promises';

/** @param path in the attempt's folder */
export async function withKeyFile<T>(
  path: string,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  await writeKeyFile(path, key);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Replaces the file, so that it is surely nobody else's to read. */
export async function writeKeyFile(path: string, key: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, key, { mode: 0o600, flag: 'wx' });
}
