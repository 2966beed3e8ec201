/** Sizes and counts as people read them. Pure. */

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `512 B`, `3.4 GB`. Powers of 1024. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit] ?? 'B'}`;
}

/** `0` to `100`, whole. */
export function percent(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 100);
}

export function whole(count: number, language: string): string {
  return new Intl.NumberFormat(language).format(count);
}
