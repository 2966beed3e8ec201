/** Small helpers of the benchmark: percentiles, rates, memory. */
import { readFileSync } from 'node:fs';

/** Prints one line of the report. */
export type Print = (line: string) => void;

/** The value below which `share` (0 to 1) of the samples lie; nearest rank. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no samples');
  return value;
}

/** One row: what, the figure, and the goal it is held against. */
export function row(what: string, figure: string, goal: string): string {
  return `  ${what.padEnd(58)} ${figure.padStart(22)}   ${goal}`;
}

/** Proportional set size of a process in MB: shared pages count by share. Linux only. */
export function pssMb(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = /^Pss:\s+(\d+) kB/m.exec(rollup)?.[1];
  if (kib === undefined) throw new Error(`no Pss for process ${pid}`);
  return Number(kib) / 1024;
}

/** Rejects when it takes longer than `ms`; the work itself goes on, and belongs to whoever closes it. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what}: not within ${ms} ms`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** By how much `y` grows with each 1 of `x`: the line nearest to all points. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x0, y0] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const up = points.reduce((sum, { x, y }) => sum + (x - x0) * (y - y0), 0);
  return up / points.reduce((sum, { x }) => sum + (x - x0) ** 2, 0);
}
