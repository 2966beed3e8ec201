/** The line from the end of one attempt's bar to the beginning of the next one's, which stands above it. Pure; all in px. */

/** Where a bar of an attempt ends or begins: across the lanes, and down from the first row. */
export interface BarEdge {
  readonly x: number;
  /** The top of the bar. */
  readonly top: number;
}

/** Of the bars in the rows of attempts, as the style sheet has it. */
export const BAR_TOP = 10;
export const BAR_HEIGHT = 19;
/** The upright part stands so far before the bar that it leads to. */
export const BEFORE = 7;
const ROUND = 6;

/** An SVG path; its end points right, at the newer bar. */
export function handoverPath(older: BarEdge, newer: BarEdge): string {
  const upright = uprightOf(newer);
  const target = newer.top + BAR_HEIGHT / 2;
  const end = `V${target + ROUND} Q${upright} ${target} ${newer.x - 1} ${target}`;
  const start = older.top + BAR_HEIGHT / 2;
  // No room beside the older bar: it begins at its upper edge.
  if (upright - older.x < ROUND) return `M${upright} ${older.top} ${end}`;
  return `M${older.x} ${start} H${upright - ROUND} Q${upright} ${start} ${upright} ${start - ROUND} ${end}`;
}

export function uprightOf({ x }: Pick<BarEdge, 'x'>): number {
  return x - BEFORE;
}
