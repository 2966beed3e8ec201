/** How a step of an attempt ends early: it failed with a code of the one table, or somebody stopped the attempt. */
import { statfs } from 'node:fs/promises';
import type { TestSummary } from '../shared/domain/task.ts';
import type { FailureCode } from '../shared/errors.ts';

/** A step cannot go on. `message` tells a person what was wrong and what to do. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly code: FailureCode;
  readonly tests: TestSummary | null;
  /** When the reason is over, where that is known (epoch ms). */
  readonly until: number | undefined;
  constructor(
    code: FailureCode,
    message: string,
    tests: TestSummary | null = null,
    until?: number,
  ) {
    super(message);
    this.code = code;
    this.tests = tests;
    this.until = until;
  }
}

/**
 * Why an attempt was stopped from outside. `lease_lost` and `shutdown` are reported (as `cancelled`); for the
 * others the coordinator wants no report: it ended the attempt itself.
 */
export const STOP_REASONS = ['cancelled', 'refused', 'fenced', 'lease_lost', 'shutdown'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

export class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly reason: StopReason;
  /** How long its processes have to tidy up. */
  readonly graceMs: number;
  constructor(reason: StopReason, message: string, graceMs: number) {
    super(message);
    this.reason = reason;
    this.graceMs = graceMs;
  }
}

/** The time that processes get when the signal was aborted for its reason; `undefined`: the usual. */
export function graceOf({ reason }: AbortSignal): number | undefined {
  return reason instanceof Stopped ? reason.graceMs : undefined;
}

/** True for reasons that the coordinator does not know yet. */
export function isReported(reason: StopReason): boolean {
  return reason === 'lease_lost' || reason === 'shutdown';
}

const FULL = /no space left on device|out of disk ?space|disk quota exceeded|ENOSPC|EDQUOT/i;

export function saysDiskFull(text: string): boolean {
  return FULL.test(text);
}

/** The failure of a full disk, with how much is free where `dir` lies. */
export async function diskFull(dir: string): Promise<StepFailure> {
  const free = await freeBytes(dir);
  return new StepFailure(
    'agent_disk_full',
    `the disk of the agent is full: ${mebibytes(free)} MB are free at ${dir}. Make room there, then retry.`,
  );
}

/** Free bytes below which a command that failed most likely failed because of the disk. */
export const NO_ROOM = 1024 * 1024;

/** @throws StepFailure when the disk is as good as full */
export async function checkDisk(dir: string): Promise<void> {
  if ((await freeBytes(dir)) < NO_ROOM) throw await diskFull(dir);
}

/** Bytes that may still be written where `dir` lies. */
export async function freeBytes(dir: string): Promise<number> {
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}

/** Below so many free bytes nothing new is begun, since a checkout and its journal have to fit. */
export const FULL_BYTES = 16 * 1024 * 1024;

const MOST_WATERMARK = 2 * 1024 ** 3;

/** Free bytes below which room is made where `dir` lies: 5 % of a small disk, 2 GB of a large one. */
export async function watermark(dir: string): Promise<number> {
  const { blocks, bsize } = await statfs(dir);
  return Math.min(MOST_WATERMARK, Math.round(blocks * bsize * 0.05));
}

export function mebibytes(bytes: number): number {
  return Math.round(bytes / (1024 * 1024));
}

/** A duration for people. */
export function seconds(ms: number): string {
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} minutes` : `${Math.round(ms / 100) / 10} s`;
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
