/** Hosts with a POSIX shell: everything is a script for sh, as the user who signed in or as root (`steps/as-root.ts`). */
import { ok } from '../../../../shared/result.ts';
import { quote } from '../ssh/quote.ts';
import { ownerShell, type RunScript } from '../steps/as-root.ts';
import { needed, type RunContext } from '../steps/step.ts';
import { upload } from '../steps/upload.ts';
import { CHECKSUM } from '../upload-scripts.ts';
import type { HostCommand, HostFamily } from './family.ts';

export const posix: HostFamily = {
  upload,
  async executable(context, voice, { build, sha256 }) {
    const { path: home, kind } = needed(context.found.place, 'the folder');
    const shell = await ownerShell(context, voice);
    if (!shell.ok) return shell;
    const executable = `${home}/versions/${build}/koubou`;
    return ok(async (command, options) => {
      const script =
        kind === 'system'
          ? verifiedScript(executable, needed(sha256, 'what was sent'), command)
          : `exec ${quote(executable)} agent host ${command}`;
      return await shell.value(script, options);
    });
  },
  async foldersAbove(context, voice) {
    const home = needed(context.found.place, 'the folder').path;
    const shell = await ownerShell(context, voice);
    if (!shell.ok) return [];
    const { stdout } = await shell.value(`cat ${quote(`${home}/parents`)} 2>/dev/null || :`);
    const folders = stdout.split('\n').map((line) => line.trim());
    return folders.filter((folder) => folder.startsWith('/')).slice(0, 20);
  },
  async endOfLog(context, voice) {
    const shell = await ownerShell(context, voice);
    return shell.ok ? await logOf(context, shell.value) : '';
  },
  async tidy({ found }) {
    const connection = needed(found.connection, 'the connection');
    await connection.exec('rm -f "$HOME"/.koubou-upload-*.gz');
  },
};

/**
 * The agent's own account, and so every engine, may write the executable of a system installation: root runs a copy that
 * nobody else can write, when it is what this workshop sent.
 */
function verifiedScript(executable: string, sha256: string, command: HostCommand): string {
  const above = executable.split('/').slice(0, -4).join('/') || '/';
  return `umask 022
find ${quote(above)} -maxdepth 1 -name '.koubou-??????' -mmin +60 -exec rm -rf {} + 2>/dev/null
own=$(mktemp -d ${quote(above)}/.koubou-XXXXXX) || exit 1
trap 'rm -rf "$own"' EXIT
trap 'exit 1' HUP INT TERM
chmod 711 "$own"
cp ${quote(executable)} "$own/koubou" && chmod 755 "$own/koubou" || exit 1
${CHECKSUM}
if [ "$(checksum <"$own/koubou")" != ${quote(sha256)} ]; then
  echo "${executable} is not what this workshop sent; root does not run it" >&2
  exit 1
fi
"$own/koubou" agent host ${command}
`;
}

async function logOf({ found }: RunContext, run: RunScript): Promise<string> {
  const home = needed(found.place, 'the folder').path;
  const script = `for file in ${quote(`${home}/log`)}/*; do [ -f "$file" ] && tail -n 20 "$file"; done; exit 0`;
  return (await run(script, { timeoutMs: 10_000 })).stdout;
}
