/** Which of two versions is the later one, as semantic versioning has it. Pure. */

/** `1.2.3` or `1.2.3-beta.4`. */
export const VERSION = /^\d{1,6}\.\d{1,6}\.\d{1,6}(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$/;

/** Below 0: `a` is the earlier one; 0: they are the same. Both match `VERSION`. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  for (const [index, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return compareMarks(one.marks, other.marks);
}

/** True for `0.2.0-beta.1`: it comes before `0.2.0`. */
export function isEarly(version: string): boolean {
  return version.includes('-');
}

function partsOf(version: string): { numbers: number[]; marks: string[] } {
  const [numbers = '', ...marks] = version.split('-');
  return {
    numbers: numbers.split('.').map(Number),
    marks: marks.join('-').split('.').filter(Boolean),
  };
}

function compareMarks(a: readonly string[], b: readonly string[]): number {
  // One without marks is the finished one.
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, mark] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const difference = compareMark(mark, other);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function compareMark(a: string, b: string): number {
  const [aNumber, bNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aNumber && bNumber) return Number(a) - Number(b);
  if (aNumber !== bNumber) return aNumber ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
