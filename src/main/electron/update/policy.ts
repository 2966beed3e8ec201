/**
 * What is done about a version that a feed names: taken, left for later, or refused; and when one that was downloaded may be
 * installed. Pure.
 */
import { createHash } from 'node:crypto';
import type { UpdateChannel } from '../../../shared/update.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Feed, Trouble } from './feed.ts';
import { compareVersions, isEarly } from './versions.ts';

/** What is known of this installation. */
export interface Standing {
  /** Of this app. */
  readonly version: string;
  readonly channel: UpdateChannel;
  /** Random, made once: decides in which part of all installations this one is. */
  readonly installation: string;
  /** When the newest feed of this channel was released that was ever believed; `undefined`: there was none. */
  readonly seen: string | undefined;
  /** The version that somebody went back from: not taken again by itself. */
  readonly left: string | undefined;
}

export type Judgement =
  /** There is nothing newer. */
  | 'current'
  /** It is not yet for this part of all installations. */
  | 'not_yet'
  /** Somebody went back from it. */
  | 'left'
  | 'take';

/** @param byHand a person asked, who gets what is released, early or not, left or not */
export function judge(feed: Feed, standing: Standing, byHand: boolean): Result<Judgement, Trouble> {
  const { version, channel, seen, left, installation } = standing;
  if (seen !== undefined && Date.parse(feed.releaseDate) < Date.parse(seen)) {
    const detail = `it was released on ${feed.releaseDate}; one of ${seen} was seen before`;
    return fail({ problem: 'replayed', detail });
  }
  const order = compareVersions(feed.version, version);
  if (order === 0) return ok('current');
  if (order < 0) {
    // Who leaves beta keeps what is installed until stable has caught up.
    if (channel === 'stable' && isEarly(version)) return ok('current');
    return fail({ problem: 'older', detail: `it is of ${feed.version}; this is ${version}` });
  }
  if (byHand) return ok('take');
  if (feed.version === left) return ok('left');
  const isIn = isInStage(installation, feed.version, feed.stagingPercentage ?? 100);
  return ok(isIn ? 'take' : 'not_yet');
}

/** The same for the same installation and version, and other installations first for another version. @param percentage 0 to 100 */
export function isInStage(installation: string, version: string, percentage: number): boolean {
  const hash = createHash('sha256').update(`${installation}\n${version}`).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100 < percentage;
}

/** What runs in the workshop now. */
export interface Work {
  /** Attempts that are under way. */
  readonly running: number;
  /** Terminals that somebody has open. */
  readonly consoles: number;
}

/** What a restart for an update would mean. */
export interface Restart {
  /** False where the files of what runs are replaced or in use: attempts on this PC would be lost. */
  readonly keepsAttempts: boolean;
}

/** @param work `null`: nobody answers, so nothing is known of it */
export function mayInstall(
  when: 'now' | 'idle',
  { keepsAttempts }: Restart,
  work: Work | null,
  isServing: boolean,
): boolean {
  // A coordinator that is away gives nothing out, and an update may be what brings it back.
  if (work === null) return !isServing || (when === 'now' && keepsAttempts);
  if (when === 'now' && keepsAttempts) return true;
  return work.running === 0 && (when === 'now' || work.consoles === 0);
}
