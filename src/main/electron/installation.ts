/** How the app came onto this PC, and so what is typed to start it. */
import path from 'node:path';

export interface HowStarted {
  readonly isPackaged: boolean;
  readonly platform: string;
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. */
  readonly execPath: string;
}

/** Where packages of the system put the app; they put its name on the PATH, too. */
const PACKAGES = '/opt/Koubou';

/** The file that starts the app: an AppImage runs from a place that is gone when it ends. */
export function appProgram({ env, execPath }: Pick<HowStarted, 'env' | 'execPath'>): string {
  return env['APPIMAGE'] ?? execPath;
}

/** What is typed into a terminal to see the demo. */
export function demoCommand({ isPackaged, platform, env, execPath }: HowStarted): string {
  if (!isPackaged) return 'npm start -- --demo';
  if (platform === 'darwin') return 'open -n -a Koubou --args --demo';
  const program = appProgram({ env, execPath });
  if (platform === 'linux' && path.dirname(program) === PACKAGES)
    return `${path.basename(program)} --demo`;
  const isPlain = /^[\w./\\:-]+$/.test(program);
  return `${isPlain ? program : `"${program}"`} --demo`;
}
