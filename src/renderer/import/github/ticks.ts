/** Which of the issues that are found are to be taken. "All" goes on to hold for those that are read later. Pure. */
export interface Ticks {
  readonly isAll: boolean;
  /** Those that are otherwise than all, by their addresses. */
  readonly others: ReadonlySet<string>;
}

export const NO_TICKS: Ticks = { isAll: false, others: new Set() };

/** @param isTask it is a task already, and is taken only when somebody says so */
export function isTicked({ isAll, others }: Ticks, url: string, isTask: boolean): boolean {
  return others.has(url) !== (isAll && !isTask);
}

export function toggled({ isAll, others }: Ticks, url: string): Ticks {
  const next = new Set(others);
  if (!next.delete(url)) next.add(url);
  return { isAll, others: next };
}

export function all(isAll: boolean): Ticks {
  return { isAll, others: new Set() };
}
