/**
 * The coordinator's bare mirror of one repository, `repos/KEY.git`, and the only code that writes to it.
 *
 *   refs/upstream/*      every branch as the repository has it; fetched with prune, hidden from attempts
 *   refs/tags/*          its tags
 *   refs/heads/BASE      bases of tasks: copies of refs/upstream/BASE that attempts fetch by name
 *   refs/heads/koubou/*  what attempts pushed (through the gateway); never touched by a fetch
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { GitError, type Git } from '../git.ts';
import type { RepoProblem } from '../port.ts';
import { isRepoKey } from '../repo-key.ts';
import { textOf, type Address } from './address.ts';
import { problemOf } from './problem.ts';
import { LOCAL_UPLOAD_PACK, type RemoteRefs } from './remote-refs.ts';
import { bytesReceived } from './progress.ts';

/** The first fetch of a very large repository over a slow line; a stalled one ends much earlier. */
const FETCH_MS = 6 * 60 * 60_000;
const UNFINISHED = '.new-';
const UPSTREAM = 'refs/upstream/';
const HEADS = 'refs/heads/';
const PUSHED = 'refs/heads/koubou/';

export interface MirrorDeps {
  readonly git: Git;
  /** The folder of all mirrors. */
  readonly dir: string;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Where the mirror of a key is, if there is one. */
export function mirrorPath(dir: string, key: string): string | undefined {
  if (!isRepoKey(key)) return undefined;
  const place = path.join(dir, `${key}.git`);
  return existsSync(path.join(place, 'HEAD')) ? place : undefined;
}

/** Removes what a crash left of mirrors that were being made. */
export function removeUnfinished(dir: string): void {
  for (const name of readdirSync(dir)) {
    if (name.startsWith(UNFINISHED)) rmSync(path.join(dir, name), { recursive: true, force: true });
  }
}

/** Brings the mirror to what `refs` say the repository has; makes it when there is none. */
export async function refreshMirror(
  key: string,
  address: Address,
  refs: RemoteRefs,
  deps: MirrorDeps,
): Promise<Result<string, RepoProblem>> {
  const existing = mirrorPath(deps.dir, key);
  try {
    if (!existing) return await makeMirror(key, address, refs, deps);
    const { upstream } = await listRefs(existing, deps.git);
    if (isSame(upstream, refs.branches)) return ok(existing);
    await fetchInto(existing, address, await sizeOf(existing, deps.git), deps);
    await dropStale(existing, deps.git);
    return ok(existing);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (existing) await removePartialPacks(existing);
    return fail(
      error instanceof TooLarge
        ? tooLarge(address, deps.maxBytes)
        : problemOf(error, textOf(address)),
    );
  }
}

/** Makes `refs/heads/BASE` what the repository has there. @returns its commit; `undefined`: there is no such branch */
export async function serveBase(
  mirror: string,
  base: string,
  git: Git,
): Promise<string | undefined> {
  const { upstream, served } = await listRefs(mirror, git, [
    `${UPSTREAM}${base}`,
    `${HEADS}${base}`,
  ]);
  const commit = upstream.get(base);
  if (commit === undefined || served.get(base) === commit) return commit;
  await git.run(['update-ref', `${HEADS}${base}`, commit], { gitDir: mirror });
  return commit;
}

/** The commit of a ref; `undefined` when there is none. */
export async function readRef(mirror: string, ref: string, git: Git): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const { code, out } = await git.run(args, { gitDir: mirror, allow: [1, 128] });
  return code === 0 ? out.trim() : undefined;
}

class TooLarge extends GitError {}

async function makeMirror(
  key: string,
  address: Address,
  refs: RemoteRefs,
  deps: MirrorDeps,
): Promise<Result<string, RepoProblem>> {
  const { git, dir } = deps;
  // Made beside its place, so that it is whole or not there.
  const fresh = mkdtempSync(path.join(dir, UNFINISHED));
  try {
    const [commit = ''] = refs.branches.values();
    const format = commit.length === 64 ? ['--object-format=sha256'] : [];
    await git.run(['init', '-q', '--bare', '--template=', ...format, '--', fresh], {});
    await setUp(fresh, refs.head, git);
    await fetchInto(fresh, address, 0, deps);
    const place = path.join(dir, `${key}.git`);
    await rm(place, { recursive: true, force: true });
    await rename(fresh, place);
    return ok(place);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function setUp(mirror: string, head: string | null, git: Git): Promise<void> {
  const config = {
    // By the name of a commit, too: that is how a merge is fetched into a checkout, and a base that was moved back.
    'uploadpack.allowAnySHA1InWant': 'true',
    'receive.autogc': 'false',
    // A change that waits for its review is nowhere else: it must outlast a power failure from the moment it is here.
    'core.fsync': 'committed,reference',
    'core.fsyncMethod': 'batch',
  };
  for (const [name, value] of Object.entries(config))
    await git.run(['config', name, value], { gitDir: mirror });
  if (head !== null) await git.run(['symbolic-ref', 'HEAD', `${HEADS}${head}`], { gitDir: mirror });
}

async function fetchInto(
  mirror: string,
  address: Address,
  before: number,
  deps: MirrorDeps,
): Promise<void> {
  const { git, maxBytes, signal } = deps;
  const size = new AbortController();
  const upload = address.kind === 'local' ? [LOCAL_UPLOAD_PACK] : [];
  const options = [
    '--progress',
    '--prune',
    '--no-tags',
    '--update-shallow',
    '--no-write-fetch-head',
    ...upload,
  ];
  const refspecs = [`+${HEADS}*:${UPSTREAM}*`, '+refs/tags/*:refs/tags/*'];
  try {
    await git.run(['fetch', ...options, '--', textOf(address), ...refspecs], {
      gitDir: mirror,
      timeoutMs: FETCH_MS,
      signal: AbortSignal.any([signal, size.signal]),
      onProgress: (line) => {
        if (before + bytesReceived(line) > maxBytes) size.abort();
      },
    });
  } catch (error) {
    if (error instanceof GitError && size.signal.aborted)
      throw new TooLarge(['fetch'], 'aborted', '', { cause: error });
    throw error;
  }
  if (size.signal.aborted || (await sizeOf(mirror, git)) > maxBytes)
    throw new TooLarge(['fetch'], 'aborted', '');
}

/** Bytes of all objects. */
async function sizeOf(mirror: string, git: Git): Promise<number> {
  const { out } = await git.run(['count-objects', '-v'], { gitDir: mirror });
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(out)?.[1] ?? 0);
  return (kib('size') + kib('size-pack')) * 1024;
}

/** Bases that the repository has no more: they would stand in the way of `a/b` after `a`. */
async function dropStale(mirror: string, git: Git): Promise<void> {
  const { upstream, served } = await listRefs(mirror, git);
  const stale = [...served.keys()].filter((name) => !upstream.has(name));
  const input = stale.map((name) => `delete ${HEADS}${name}\n`).join('');
  if (input !== '') await git.run(['update-ref', '--stdin'], { gitDir: mirror, input });
}

async function listRefs(
  mirror: string,
  git: Git,
  patterns = [UPSTREAM, HEADS],
): Promise<Record<'upstream' | 'served', Map<string, string>>> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', ...patterns];
  const { out } = await git.run(args, { gitDir: mirror });
  const upstream = new Map<string, string>();
  const served = new Map<string, string>();
  for (const line of out.split('\n')) {
    const [commit = '', ref = ''] = line.split(' ');
    if (ref.startsWith(UPSTREAM)) upstream.set(ref.slice(UPSTREAM.length), commit);
    else if (ref.startsWith(HEADS) && !ref.startsWith(PUSHED))
      served.set(ref.slice(HEADS.length), commit);
  }
  return { upstream, served };
}

function isSame(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, commit]) => b.get(name) === commit);
}

/** What a stopped fetch left behind. */
async function removePartialPacks(mirror: string): Promise<void> {
  const packs = path.join(mirror, 'objects/pack');
  const names = await readdir(packs).catch(() => []); // No folder: nothing was fetched.
  const partial = names.filter((name) => name.startsWith('tmp_'));
  await Promise.all(partial.map(async (name) => await rm(path.join(packs, name), { force: true })));
}

function tooLarge(address: Address, maxBytes: number): RepoProblem {
  const limit = `${Math.max(1, Math.round(maxBytes / 2 ** 20))} MiB`;
  const message = `${textOf(address)} is larger than ${limit}, the most that is kept of a repository. Give a smaller one`;
  return { code: 'repo_too_large', message };
}
