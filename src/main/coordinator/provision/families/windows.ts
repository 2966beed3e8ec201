/**
 * Windows with Microsoft's OpenSSH: scripts for PowerShell (`windows-scripts.ts`), files by SFTP. Nothing goes through standard input,
 * so an order to the executable comes as a file, and the executable is started once for each. No secret is among them.
 *
 * An agent is installed for its user alone. The scheduled task that keeps it running is the executable's own work
 * (`src/agent/host/services/windows.ts`).
 */
import { createHash, randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { ok } from '../../../../shared/result.ts';
import { holdsBuild } from '../place.ts';
import { problem } from '../problem.ts';
import type { ExecResult } from '../ssh/exec.ts';
import { done, needed, type RunContext, type StepResult, type Voice } from '../steps/step.ts';
import { lastWords, WRONG_CHECKSUM, type BuildOnHost } from '../upload-scripts.ts';
import type { HostFamily } from './family.ts';
import { finishScript, hostScript, logScript, prepareScript } from './windows-scripts.ts';

export const windows: HostFamily = {
  upload,
  executable(context, _voice, { build }) {
    const { found } = context;
    const connection = needed(found.connection, 'the connection');
    const home = needed(found.place, 'the folder').path;
    const executable = `${home}\\versions\\${build}\\koubou.exe`;
    return Promise.resolve(
      ok(async (command, { stdin, ...options }) => {
        let last: ExecResult = { code: 0, stdout: '', stderr: '', isCut: false };
        for await (const line of createInterface({ input: stdin })) {
          const order = `${home}\\order-${randomBytes(8).toString('hex')}.json`;
          await connection.send(Buffer.from(line), sftpPath(order), context);
          const script = hostScript(executable, command, order);
          last = await connection.powerShell(script, { signal: context.signal, ...options });
        }
        return last;
      }),
    );
  },
  /** The folder above is Windows' own. */
  foldersAbove: () => Promise.resolve([]),
  async endOfLog({ found, signal }) {
    const connection = needed(found.connection, 'the connection');
    const script = logScript(needed(found.place, 'the folder').path);
    return (await connection.powerShell(script, { signal, timeoutMs: 20_000 })).stdout;
  },
  /** All of it lies in the place. */
  tidy: () => Promise.resolve(),
};

async function upload(context: RunContext, voice: Voice): Promise<StepResult> {
  const { found, deps, signal } = context;
  const release = needed(found.release, 'the executable');
  const place = needed(found.place, 'the folder');
  const connection = needed(found.connection, 'the connection');
  const { gzip, version } = release;
  if (holdsBuild(place, release)) {
    voice.progress(gzip.size, gzip.size);
    return done({ code: 'there_already', version });
  }
  const owner = await deps.workshopId();
  if (!owner.ok) return problem(owner.error.code, owner.error.message);
  const about = buildAt(place.path, release, owner.value);
  const prepared = await connection.powerShell(prepareScript(about), { signal });
  if (prepared.code !== 0)
    return problem(
      'folder_refused',
      `${place.path} could not be made: ${lastWords(prepared.stderr)}. Check who may write there, and the room on the disk.`,
    );
  // A number, or the script would have failed.
  const from = Number(prepared.stdout.trim());
  const began = deps.clock.monotonic();
  voice.progress(from, gzip.size);
  const onProgress = (bytes: number): void => voice.progress(bytes, gzip.size);
  if (from < gzip.size)
    await connection.send(gzip.file, sftpPath(about.packed), { from, signal, onProgress });
  const seconds = Math.max(deps.clock.monotonic() - began, 1) / 1_000;
  voice.say('checking it on the host\n');
  const finished = await connection.powerShell(finishScript(about), { signal });
  if (finished.code === WRONG_CHECKSUM)
    return problem(
      'checksum_wrong',
      `What arrived is not what was sent (${lastWords(finished.stderr)}). Try again; check the disk of the host when it happens a third time.`,
    );
  if (finished.code !== 0)
    return problem(
      'upload_failed',
      `The executable could not be unpacked on the host: ${lastWords(finished.stderr)}. Check the room on its disk, then try again.`,
    );
  const bytesPerS = (gzip.size - from) / seconds;
  return done({ code: 'uploaded', bytes: gzip.size, bytesPerS, resumedAt: from });
}

/** Each workshop has an upload of its own: two may be at it. */
function buildAt(
  home: string,
  { build, version, size, sha256, gzip }: NonNullable<RunContext['found']['release']>,
  owner: string,
): BuildOnHost {
  const mark = createHash('sha256').update(owner).digest('hex').slice(0, 12);
  const packed = `${home}\\versions\\${build}.partial\\koubou-${build}-${mark}.gz`;
  return { home, build, version, size, sha256, packed, packedSize: gzip.size };
}

/** As sshd on Windows has it: `C:\Users` is `/C:/Users`. */
function sftpPath(file: string): string {
  return `/${file.replaceAll('\\', '/')}`;
}
