/**
 * Brings the executable to the host: packed, going on where an earlier try ended, and checked there before it counts. Nothing is
 * brought when the very build is there already.
 */
import { createHash } from 'node:crypto';
import { ok, type Result } from '../../../../shared/result.ts';
import type { Release } from '../../releases/releases.ts';
import { holdsBuild } from '../place.ts';
import { megabytes } from '../preflight-surrounding.ts';
import type { Place } from '../probe/facts.ts';
import { finishScript, lastWords, prepareScript, WRONG_CHECKSUM } from '../upload-scripts.ts';
import { needsRoot, ownerShell, type RunScript } from './as-root.ts';
import { done, needed, type RunContext, type StepResult, type Voice } from './step.ts';
import { problem, type Problem } from '../problem.ts';

export async function upload(context: RunContext, voice: Voice): Promise<StepResult> {
  const { found } = context;
  const release = needed(found.release, 'the executable');
  const place = needed(found.place, 'the folder');
  if (holdsBuild(place, release)) {
    voice.progress(release.gzip.size, release.gzip.size);
    return done(`Version ${release.version} is there already.`);
  }
  const shell = await ownerShell(context, voice);
  if (!shell.ok) return shell;
  const owner = await context.deps.workshopId();
  if (!owner.ok) return problem(owner.error.code, owner.error.message);
  const packed = packedAt(context, place, `${release.build}-${markOf(owner.value)}`);
  const prepared = await prepare(context, shell.value, place, packed);
  if (!prepared.ok) return prepared;
  const brought = await bring(context, voice, release, packed);
  voice.say(`checking it on the host\n`);
  const { path: home } = place;
  const { build, version, size, sha256 } = release;
  const about = { home, build, version, size, sha256, packed };
  const { code, stderr } = await shell.value(finishScript(about));
  if (code === WRONG_CHECKSUM)
    return problem(
      'checksum_wrong',
      `What arrived is not what was sent (${lastWords(stderr)}). It was removed; try again, and check the disk of the host when it happens twice.`,
    );
  if (code !== 0)
    return problem(
      'upload_failed',
      `The executable could not be unpacked on the host: ${lastWords(stderr)}. Check the room on its disk, then try again.`,
    );
  return done(brought);
}

/** Each workshop brings its own; with sudo to a folder of the user, and root takes it from there. */
function packedAt(context: RunContext, place: Place, name: string): string {
  if (needsRoot(context)) {
    const { homeDir } = needed(context.found.facts, 'the host');
    return `${homeDir}/.koubou-upload-${name}.gz`;
  }
  const { build } = needed(context.found.release, 'the executable');
  return `${place.path}/versions/${build}.partial/koubou-${name}.gz`;
}

function markOf(owner: string): string {
  return createHash('sha256').update(owner).digest('hex').slice(0, 12);
}

async function prepare(
  context: RunContext,
  asOwner: RunScript,
  place: Place,
  packed: string,
): Promise<Result<void, Problem>> {
  const inHome = {
    home: place.path,
    packed: needsRoot(context) ? `${place.path}/versions/x` : packed,
  };
  const { code, stderr } = await asOwner(prepareScript(inHome));
  if (code === 0) return ok(undefined);
  return problem(
    'folder_refused',
    `${place.path} could not be made: ${lastWords(stderr)}. Check who may write there, and the room on the disk.`,
  );
}

/** @returns what to say of it */
async function bring(
  { found, signal, deps, setReport }: RunContext,
  voice: Voice,
  { gzip }: Release,
  packed: string,
): Promise<string> {
  const connection = needed(found.connection, 'the connection');
  const began = deps.clock.monotonic();
  const { size, resumedAt } = await connection.upload(gzip.file, packed, {
    signal,
    onProgress: (bytes, all) => voice.progress(bytes, all),
  });
  const seconds = Math.max(deps.clock.monotonic() - began, 1) / 1_000;
  const speed = (size - resumedAt) / seconds;
  const mb = `${(size / 1e6).toFixed(1)} MB`;
  if (resumedAt === size) return `${mb} were there already.`;
  const advice = speed < 2e6 ? 'Slow: repositories and updates take long to get there.' : '';
  const verdict = advice === '' ? 'good' : 'note';
  const item = {
    name: 'Network speed',
    found: megabytes(speed),
    wanted: '2 MB/s',
    verdict,
    advice,
  } as const;
  found.report = [...found.report, item];
  setReport(found.report);
  const rest = resumedAt > 0 ? `, going on at ${(resumedAt / 1e6).toFixed(1)} MB` : '';
  return `${mb} at ${megabytes(speed)}${rest}`;
}
