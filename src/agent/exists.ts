/** Whether a file is there. */
import { access } from 'node:fs/promises';

/** True when there is something at the path (a link without a target is nothing). */
export async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
