/** SVG paths of a line and of what is under it, in a box of BOX_WIDTH by BOX_HEIGHT that is stretched to its place. Pure. */
import { shareOf } from './scale.ts';
import type { Point } from './series.ts';

export const BOX_WIDTH = 1_000;
export const BOX_HEIGHT = 100;

export interface Frame {
  /** Epoch ms at the left and right end. */
  readonly from: number;
  readonly to: number;
  /** The value at the top; 0 is at the bottom. */
  readonly max: number;
}

export interface Paths {
  readonly line: string;
  readonly area: string;
}

/** Broken where values are unknown. A value with none beside it is a short line, so that it is seen. */
export function pathsOf(points: readonly Point[], frame: Frame): Paths {
  let line = '';
  let area = '';
  for (const run of runsOf(points)) {
    const places = run.map(({ at, value }) => placeOf(at, value, frame));
    const [first] = places;
    const last = places.at(-1);
    if (!first || !last) continue;
    const drawn = places.length === 1 ? [first, { ...first, x: first.x + 2 }] : places;
    const d = drawn.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x},${y}`).join('');
    line += d;
    area += `${d}L${last.x},${BOX_HEIGHT}L${first.x},${BOX_HEIGHT}Z`;
  }
  return { line, area };
}

type Known = Point & { readonly value: number };

function runsOf(points: readonly Point[]): Known[][] {
  const runs: Known[][] = [];
  let run: Known[] = [];
  for (const { at, value } of points) {
    if (value !== null) run.push({ at, value });
    else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

function placeOf(at: number, value: number, { from, to, max }: Frame): { x: number; y: number } {
  return {
    x: Math.round(shareOf(at, from, to) * BOX_WIDTH * 10) / 10,
    y: Math.round((1 - shareOf(value, 0, max)) * BOX_HEIGHT * 100) / 100,
  };
}
