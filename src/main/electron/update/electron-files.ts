/** What the updater does to files and to the system, for each kind of installation, by Electron's means. */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { AppUpdater } from 'electron-updater';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { createUpdaterFor, downloadPinned, type Pinned } from './download.ts';
import type { Trouble } from './feed.ts';
import { installPackage, replaceAppImage } from './install.ts';
import type { InstallKind } from './kinds.ts';
import type { KeptPackage } from './packages.ts';
import { filesOf } from './places.ts';

export interface FilesDeps {
  readonly kind: InstallKind;
  /** `update` in the app's folder. */
  readonly dir: string;
  readonly server: () => string;
  readonly isRoot: boolean;
  /** The file that an AppImage was started as. */
  readonly appImage: string | undefined;
}

export interface Files {
  download(pinned: Pinned, onPercent: (percent: number) => void): Promise<Result<string, Trouble>>;
  install(kept: KeptPackage): Promise<Result<null, Trouble>>;
}

export function electronFiles({ kind, dir, server, isRoot, appImage }: FilesDeps): Files {
  let made: Promise<AppUpdater> | undefined;
  const updater = (): Promise<AppUpdater> => (made ??= createUpdaterFor(kind));

  async function fetchFile(
    pinned: Pinned,
    onPercent: (percent: number) => void,
  ): Promise<Result<string, Trouble>> {
    return await downloadPinned(pinned, { updater: await updater(), dir, onPercent });
  }

  /** Its own installers know only what they downloaded; what is there already is not downloaded again. */
  async function installByUpdater({ feed, listed }: KeptPackage): Promise<Result<null, Trouble>> {
    const from = new URL(listed.url, filesOf(server(), feed.version));
    const there = await fetchFile({ feed, file: listed, from }, () => {});
    if (!there.ok) return there;
    (await updater()).quitAndInstall(true, true);
    return ok(null);
  }

  return {
    async download(pinned, onPercent) {
      const file = await fetchFile(pinned, onPercent);
      if (!file.ok || kind === 'nsis' || kind === 'mac') return file;
      return ok(await takeOver(file.value, path.join(dir, 'packages')));
    },
    async install(kept) {
      if (kind === 'deb' || kind === 'rpm') return await installPackage(kept, kind, isRoot);
      if (kind !== 'appimage') return await installByUpdater(kept);
      if (appImage !== undefined) return await replaceAppImage(kept, appImage);
      return fail({ problem: 'install', detail: 'this AppImage does not say where its file is' });
    },
  };
}

/** Leaves nothing in the user's cache: what is removed with the app should be all of it. */
async function takeOver(file: string, dir: string): Promise<string> {
  const to = path.join(dir, path.basename(file));
  await mkdir(dir, { recursive: true, mode: 0o700 });
  try {
    await rename(file, to);
  } catch {
    // The cache is on another disk: copied from there by whoever keeps it.
    return file;
  }
  await rm(path.dirname(path.dirname(file)), { recursive: true, force: true });
  return to;
}
