/**
 * Writes that a crash or a power failure leaves done or not done, never half: a temporary file, fsync, rename, fsync of the
 * folder. All that a host is installed, updated and cleaned by goes through here, so that a test can end it at any step.
 */
import { open, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';

export interface Disk {
  /** Replaces the file. @param mode of the new file, 0600 when left out */
  write(file: string, text: string, mode?: number): Promise<void>;
  /** Replaces the link, or puts it where nothing was. @param target relative to the link's folder */
  link(target: string, place: string): Promise<void>;
  /** Removes a file, link or folder with all in it; nothing there is fine. */
  remove(place: string): Promise<void>;
}

export const realDisk: Disk = {
  async write(file, text, mode = 0o600) {
    const draft = draftOf(file);
    await rm(draft, { force: true });
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(text);
      // What `open` was given is cut by the umask.
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    await syncFolder(path.dirname(file));
  },
  async link(target, place) {
    const draft = draftOf(place);
    await rm(draft, { recursive: true, force: true });
    // On Windows only a junction needs no rights of its own; it takes no relative target, and no rename over another.
    if (process.platform === 'win32') {
      await symlink(path.resolve(path.dirname(place), target), draft, 'junction');
      await rm(place, { recursive: true, force: true });
    } else {
      await symlink(target, draft);
    }
    await rename(draft, place);
    await syncFolder(path.dirname(place));
  },
  async remove(place) {
    // On Windows a program that ended a moment ago still holds its file.
    await rm(place, { recursive: true, force: true, maxRetries: 10 });
    await syncFolder(path.dirname(place));
  },
};

function draftOf(place: string): string {
  return `${place}.${process.pid}.new`;
}

/** Windows has no such thing, and some file systems refuse it; there the rename itself has to do. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // See above; what was to be written is written.
  }
}
