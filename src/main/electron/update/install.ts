/**
 * Puts a package in the place of the installed one. On Linux by the system's package manager, with the rights that a person
 * gives it, or by replacing the AppImage; on Windows and macOS electron-updater does it with what it downloaded.
 */
import { spawn } from 'node:child_process';
import { chmod, copyFile, rename } from 'node:fs/promises';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Trouble } from './feed.ts';
import type { KeptPackage } from './packages.ts';

/**
 * What root does. The file is copied and looked at once more, there where nobody else can change it in between. A package that lacks
 * another one is finished by apt, which may fetch it.
 */
const SCRIPT = `set -e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -- "$2" "$work/$1"
echo "$3  $work/$1" | sha512sum --check --quiet -
case $1 in
  *.deb) dpkg --install "$work/$1" || { command -v apt-get >/dev/null && apt-get install --fix-broken --yes; } ;;
  *.rpm) rpm --upgrade --oldpackage --replacepkgs "$work/$1" ;;
esac`;

const LAST_WORDS = 2_000;

/** By the package manager. Asks for a password unless we are root. @param kind the end of the file's name */
export async function installPackage(
  { file, listed }: KeptPackage,
  kind: 'deb' | 'rpm',
  isRoot: boolean,
): Promise<Result<null, Trouble>> {
  const digits = Buffer.from(listed.sha512, 'base64').toString('hex');
  const command = ['/bin/sh', '-c', SCRIPT, 'koubou', `koubou.${kind}`, file, digits];
  const [program = '', ...args] = isRoot ? command : ['pkexec', ...command];
  return await run(program, args);
}

/** The file that was started is replaced as a whole; who runs it keeps the old one. */
export async function replaceAppImage(
  { file }: KeptPackage,
  running: string,
): Promise<Result<null, Trouble>> {
  try {
    await copyFile(file, `${running}.new`);
    await chmod(`${running}.new`, 0o755);
    await rename(`${running}.new`, running);
    return ok(null);
  } catch (error) {
    return trouble(error instanceof Error ? error.message : String(error));
  }
}

async function run(program: string, args: readonly string[]): Promise<Result<null, Trouble>> {
  return await new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const hear = (text: string): void => {
      said = (said + text).slice(-LAST_WORDS);
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.once('error', (error) => resolve(trouble(`${program}: ${error.message}`)));
    child.once('close', (code) => {
      resolve(code === 0 ? ok(null) : trouble(said.trim() || `${program} ended with ${code}`));
    });
  });
}

function trouble(detail: string): Result<never, Trouble> {
  return fail({ problem: 'install', detail });
}
