/** As what the app is installed, and so what an update of it is made of. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Feed, FeedFile } from './feed.ts';

export type InstallKind = 'deb' | 'rpm' | 'appimage' | 'nsis' | 'mac';

const ENDS: Record<InstallKind, RegExp> = {
  deb: /\.deb$/,
  rpm: /\.rpm$/,
  appimage: /\.AppImage$/,
  nsis: /\.exe$/,
  mac: /\.zip$/,
};

export interface Installed {
  readonly platform: string;
  readonly env: NodeJS.ProcessEnv;
  /** The program of the app. */
  readonly program: string;
}

/** `null`: from an archive, which nobody can replace for its user. */
export async function findKind({ platform, env, program }: Installed): Promise<InstallKind | null> {
  if (platform === 'win32') return 'nsis';
  if (platform === 'darwin') return 'mac';
  if (env['APPIMAGE']) return 'appimage';
  if (await knows('dpkg-query', ['--search', program])) return 'deb';
  return (await knows('rpm', ['--query', '--file', program])) ? 'rpm' : null;
}

/** The file of a version that this kind of installation takes. */
export function pickFile({ files }: Feed, kind: InstallKind, arch: string): FeedFile | undefined {
  const fitting = files.filter(({ url }) => ENDS[kind].test(url));
  return fitting.find(({ url }) => url.includes(arch)) ?? fitting[0];
}

/**
 * Whether attempts on this PC live through an update: not where a file that runs cannot be replaced (Windows), nor where all
 * files go with the program (an AppImage).
 */
export function keepsAttempts(kind: InstallKind): boolean {
  return kind === 'deb' || kind === 'rpm' || kind === 'mac';
}

async function knows(program: string, args: string[]): Promise<boolean> {
  try {
    await promisify(execFile)(program, args);
    return true;
  } catch {
    // It says no, or is not there.
    return false;
  }
}
