/**
 * electron-updater, told by us which one file to fetch: what it knows of a version is what a signed feed said, and it holds
 * the file to the SHA-512 in there. Loaded when something is to be downloaded, for it is large.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AppUpdater, UpdateInfo } from 'electron-updater';
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Feed, FeedFile, Trouble } from './feed.ts';
import type { InstallKind } from './kinds.ts';

/** The folder that electron-updater makes in the user's cache. */
export const CACHE_NAME = 'koubou-updater';

export interface Pinned {
  readonly feed: Feed;
  readonly file: FeedFile;
  /** Where the file is. */
  readonly from: URL;
}

export interface DownloadDeps {
  readonly updater: AppUpdater;
  /** A folder of ours. */
  readonly dir: string;
  readonly onPercent: (percent: number) => void;
}

export async function createUpdaterFor(kind: InstallKind): Promise<AppUpdater> {
  const all = await import('electron-updater');
  const classes = {
    deb: all.DebUpdater,
    rpm: all.RpmUpdater,
    appimage: all.AppImageUpdater,
    nsis: all.NsisUpdater,
    mac: all.MacUpdater,
  };
  return new classes[kind]();
}

/** Answers where the file lies, which is what the feed says, byte for byte. */
export async function downloadPinned(
  pinned: Pinned,
  { updater, dir, onPercent }: DownloadDeps,
): Promise<Result<string, Trouble>> {
  await configure(updater, pinned, dir);
  const tell = ({ percent }: { percent: number }): void => onPercent(Math.floor(percent));
  updater.on('download-progress', tell);
  try {
    const found = await updater.checkForUpdates();
    if (found?.isUpdateAvailable !== true) return trouble('it is not for this system');
    const [file] = await updater.downloadUpdate();
    return file === undefined ? trouble('nothing was downloaded') : ok(file);
  } catch (error) {
    return trouble(error instanceof Error ? error.message : String(error));
  } finally {
    updater.off('download-progress', tell);
  }
}

async function configure(updater: AppUpdater, pinned: Pinned, dir: string): Promise<void> {
  const config = path.join(dir, 'electron-updater.yml');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(config, `updaterCacheDirName: ${CACHE_NAME}\n`);
  updater.updateConfigPath = config;
  updater.logger = null;
  updater.autoDownload = false;
  // It would install whatever lies there when somebody quits.
  updater.autoInstallOnAppQuit = false;
  updater.forceDevUpdateConfig = true;
  // What is newer, and for whom, was decided before.
  updater.allowDowngrade = true;
  updater.isUserWithinRollout = () => true;
  updater.setFeedURL({ provider: 'custom', updateProvider: await providerOf(pinned) });
}

/** A provider that knows one version, of one file. */
async function providerOf({ feed, file, from }: Pinned) {
  const { Provider } = await import('electron-updater');
  const info: UpdateInfo = {
    version: feed.version,
    releaseDate: feed.releaseDate,
    files: [file],
    path: file.url,
    sha512: file.sha512,
  };
  return class extends Provider<UpdateInfo> {
    constructor(_options: unknown, _updater: unknown, runtime: ProviderRuntimeOptions) {
      super(runtime);
    }
    override getLatestVersion(): Promise<UpdateInfo> {
      return Promise.resolve(info);
    }
    override resolveFiles() {
      return [{ url: from, info: file }];
    }
  };
}

function trouble(detail: string): Result<never, Trouble> {
  return fail({ problem: 'download', detail });
}
