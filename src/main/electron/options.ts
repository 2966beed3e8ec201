/** What the desktop app is told on its command line, and the data folder that follows from it. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataDir } from '../../shared/data-dir.ts';

export interface AppOptions {
  /** The data folder of the workshop, absolute. */
  readonly dataDir: string;
  readonly demo: boolean;
  /** The port that was asked for; `null`: the usual one, or a free one when that is taken. */
  readonly port: string | null;
  /** No window is opened, as at login: the tray has it. */
  readonly isHidden: boolean;
  /** Those of `argv` that make it this workshop and no other, for a start by the system. */
  readonly again: readonly string[];
  /** Back to the version before, and nothing else; `isSure`: without a question. */
  readonly rollBack: { readonly isSure: boolean } | null;
}

/** Reads our own options and leaves Chromium's alone. @param home the user's home folder */
export function readOptions(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  home: string,
): AppOptions {
  const { values } = parseArgs({
    args: [...argv],
    // Chromium's switches share this command line.
    strict: false,
    options: {
      data: { type: 'string' },
      demo: { type: 'boolean' },
      port: { type: 'string' },
      hidden: { type: 'boolean' },
      'roll-back': { type: 'boolean' },
      yes: { type: 'boolean' },
    },
  });
  const demo = values.demo === true;
  const usual = defaultDataDir(env, process.platform, home);
  const dataDir =
    typeof values.data === 'string'
      ? path.resolve(values.data)
      : demo
        ? path.join(usual, 'demo')
        : usual;
  return {
    dataDir,
    demo,
    port: typeof values.port === 'string' ? values.port : null,
    isHidden: values.hidden === true,
    again: dataDir === usual ? [] : ['--data', dataDir],
    rollBack: values['roll-back'] === true ? { isSure: values.yes === true } : null,
  };
}

/** What the app is started with after it was replaced: the same, but for what is done once. */
export function argsAfterUpdate(argv: readonly string[], { dataDir, demo }: AppOptions): string[] {
  const once = new Set(['--demo', '--roll-back', '--yes']);
  const kept = argv.filter((one) => !once.has(one) && !one.startsWith('koubou:'));
  // The folder of the demo was not named.
  return demo && !argv.includes('--data') ? [...kept, '--data', dataDir] : kept;
}
