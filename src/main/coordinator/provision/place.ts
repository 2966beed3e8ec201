/** Which folder of a host its agent lives in. No I/O. */
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { NewHost } from '../../../shared/provisioning.ts';
import type { HostFacts, Place } from './probe/facts.ts';

/** For state, logs and a second build, beside the program itself. */
const ROOM_TO_WORK = 200 * 1024 * 1024;

export interface Wanted {
  readonly install: NewHost['install'];
  /** What is uploaded; `null`: nothing is known of it. */
  readonly release: {
    readonly build: string;
    readonly size: number;
    readonly sha256: string;
    readonly gzip: { readonly size: number };
  } | null;
}

/** The error says why none will do, and what to do. An agent that is there already keeps its folder. */
export function choosePlace(facts: HostFacts, wanted: Wanted): Result<Place, string> {
  const { install } = wanted;
  if (facts.kernel === 'Windows' && install === 'system')
    return fail(
      'On Windows Koubou is installed for a user. Sign in as the one whom the agent shall work as, and install for the user alone.',
    );
  const places = facts.places.filter(({ kind }) =>
    install === 'system' ? kind === 'system' || kind === 'known' : kind !== 'system',
  );
  const isThere = (place: Place): boolean => typeof place.content?.manifest === 'string';
  const candidates = [...places.filter(isThere), ...places.filter((place) => !isThere(place))];
  const asRoot = install === 'system' && facts.sudo !== 'none';
  if (install === 'system' && !asRoot)
    return fail(
      `An installation for the whole system needs root, and ${facts.user} has no sudo there. Sign in as root, or install for the user alone.`,
    );
  const reasons = candidates.map((place) => ({ place, why: whyNot(place, wanted, asRoot) }));
  const chosen = reasons.find(({ why }) => why === null);
  if (chosen) return ok(chosen.place);
  const shown = reasons.map(({ place, why }) => `${place.path}: ${why ?? ''}`).join('; ');
  return fail(
    `No folder on the host can hold the agent (${shown === '' ? 'none was found' : shown}). Free some room, or give ${facts.user} a folder that is writable and not mounted with noexec.`,
  );
}

/** Whether this very build was brought there and found whole, once. */
export function holdsBuild(place: Place, release: Wanted['release']): boolean {
  if (!release) return false;
  const version = place.content?.valid.find(({ build }) => build === release.build);
  return version?.size === release.size && version.validity.includes(release.sha256);
}

function whyNot(place: Place, { release }: Wanted, asRoot: boolean): string | null {
  if (!asRoot && place.writes === 'full') return 'the disk is full';
  if (!asRoot && place.writes === 'no') return 'it may not be written';
  if (place.runs === 'no') return 'programs may not run there (noexec)';
  const needed = roomFor(place, release);
  if (place.freeBytes !== null && place.freeBytes < needed)
    return `${inMb(place.freeBytes)} free of ${inMb(needed)} needed`;
  return null;
}

function roomFor(place: Place, release: Wanted['release']): number {
  if (!release || holdsBuild(place, release)) return ROOM_TO_WORK;
  const partial = place.content?.partial.find(({ build }) => build === release.build)?.size ?? 0;
  return ROOM_TO_WORK + release.size + release.gzip.size - Math.min(partial, release.gzip.size);
}

function inMb(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MB`;
}
