/**
 * Brings the executable to the host: packed, going on where an earlier try ended, and checked there before it counts. Nothing is
 * brought when the very build is there already.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import type { Release } from '../../releases/releases.ts';
import { holdsBuild } from '../place.ts';
import { megabytes } from '../preflight-surrounding.ts';
import type { Place } from '../probe/facts.ts';
import type { ExecResult } from '../ssh/exec.ts';
import { quote } from '../ssh/quote.ts';
import {
  CHECKSUM,
  FOLDER_REFUSED,
  finishScript,
  lastWords,
  prepareScript,
  WRONG_CHECKSUM,
  type BuildOnHost,
} from '../upload-scripts.ts';
import { needsRoot, ownerShell, type RunScript } from './as-root.ts';
import { done, needed, type RunContext, type StepResult, type Voice } from './step.ts';
import { problem } from '../problem.ts';

export async function upload(context: RunContext, voice: Voice): Promise<StepResult> {
  const { found } = context;
  const release = needed(found.release, 'the executable');
  const place = needed(found.place, 'the folder');
  const isThere = (): StepResult => {
    voice.progress(release.gzip.size, release.gzip.size);
    return done({ code: 'there_already', version: release.version });
  };
  const isOfSystem = place.kind === 'system';
  if (!isOfSystem && holdsBuild(place, release)) return isThere();
  const shell = await ownerShell(context, voice);
  if (!shell.ok) return shell;
  if (isOfSystem && (await isWhole(shell.value, place, release))) return isThere();
  const owner = await context.deps.workshopId();
  if (!owner.ok) return problem(owner.error.code, owner.error.message);
  const packed = packedAt(context, place, `${release.build}-${markOf(owner.value)}`);
  const { build, version, size, sha256, gzip } = release;
  const { path: home } = place;
  const about = { home, build, version, size, sha256, packed, packedSize: gzip.size };
  const isNew = !needsRoot(context) && !(place.content?.partial.length ?? 0);
  const unpacked = isNew
    ? await stream(context, voice, shell.value, about)
    : await resume(context, voice, shell.value, about);
  const mistake = mistakeIn(unpacked.result, home);
  const { bytesPerS, resumedAt } = unpacked;
  return mistake ?? done({ code: 'uploaded', bytes: gzip.size, bytesPerS, resumedAt });
}

/** Looked at byte by byte: root is about to run it, and the agent's own account may write it. */
async function isWhole(run: RunScript, place: Place, { build, sha256 }: Release): Promise<boolean> {
  const version = quote(`${place.path}/versions/${build}`);
  const { stdout } = await run(
    `${CHECKSUM}\ncd ${version} 2>/dev/null && cat valid.json && checksum <koubou`,
  );
  return stdout.includes(`"${sha256}"`) && stdout.trimEnd().endsWith(sha256);
}

function mistakeIn({ code, stderr }: ExecResult, home: string): StepResult | null {
  if (code === 0) return null;
  if (code === FOLDER_REFUSED)
    return problem(
      'folder_refused',
      `${home} could not be made: ${lastWords(stderr)}. Check who may write there, and the room on the disk.`,
    );
  if (code === WRONG_CHECKSUM)
    return problem(
      'checksum_wrong',
      `What arrived is not what was sent (${lastWords(stderr)}). Try again; check the disk of the host when it happens a third time.`,
    );
  return problem(
    'upload_failed',
    `The executable could not be unpacked on the host: ${lastWords(stderr)}. Check the room on its disk, then try again.`,
  );
}

interface Unpacked {
  readonly result: ExecResult;
  readonly bytesPerS: number | null;
  readonly resumedAt: number;
}

/** Nothing of it is there: it is unpacked and checked while it comes. */
async function stream(
  context: RunContext,
  voice: Voice,
  run: RunScript,
  about: BuildOnHost,
): Promise<Unpacked> {
  const { gzip } = needed(context.found.release, 'the executable');
  const began = context.deps.clock.monotonic();
  let bytes = 0;
  const source = createReadStream(gzip.file, { highWaterMark: 64 * 1024 });
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      voice.progress(bytes, gzip.size);
      next(null, chunk);
    },
  });
  source.once('error', (error) => counted.destroy(error));
  try {
    const stdin = source.pipe(counted);
    const script = `${prepareScript(about)}${finishScript(about, 'stdin')}`;
    const result = await run(script, { stdin });
    // The unpacking held it back.
    const speed = speedOf(context, gzip.size, began, 'at least ');
    return { result, bytesPerS: speed, resumedAt: 0 };
  } finally {
    source.destroy();
  }
}

/** Goes on where an earlier try ended; then it is unpacked and checked. */
async function resume(
  context: RunContext,
  voice: Voice,
  run: RunScript,
  about: BuildOnHost,
): Promise<Unpacked> {
  const { found, signal, deps } = context;
  const { gzip } = needed(found.release, 'the executable');
  const began = deps.clock.monotonic();
  // With sudo it comes into a folder of the user, which is there.
  const inHome = needsRoot(context) ? `${about.home}/versions/x` : about.packed;
  const prepared = await run(prepareScript({ home: about.home, packed: inHome }));
  if (prepared.code !== 0) return { result: prepared, bytesPerS: null, resumedAt: 0 };
  const onProgress = (bytes: number, all: number): void => voice.progress(bytes, all);
  const connection = needed(found.connection, 'the connection');
  const { resumedAt } = await connection.upload(gzip.file, about.packed, { signal, onProgress });
  const speed = resumedAt === gzip.size ? null : speedOf(context, gzip.size - resumedAt, began);
  voice.say('checking it on the host\n');
  const result = await run(finishScript(about, 'file'));
  return { result, bytesPerS: speed, resumedAt };
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

/** Bytes in a second; the report says it too. */
function speedOf(
  { deps, found, setReport }: RunContext,
  bytes: number,
  began: number,
  words = '',
): number {
  const speed = bytes / (Math.max(deps.clock.monotonic() - began, 1) / 1_000);
  const isSlow = speed < 2e6;
  const item = {
    name: 'Network speed',
    found: `${words}${megabytes(speed)}`,
    wanted: '2 MB/s',
    verdict: isSlow ? 'note' : 'good',
    advice: isSlow ? 'Slow: repositories and updates take long to get there.' : '',
  } as const;
  found.report = [...found.report, item];
  setReport(found.report);
  return speed;
}
