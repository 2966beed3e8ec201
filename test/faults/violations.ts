/** What was found to be wrong, said at once and kept for the end. */

export interface Violation {
  /** The name of the invariant. */
  readonly invariant: string;
  readonly what: string;
}

export interface Violations {
  readonly list: readonly Violation[];
  add(invariant: string, what: string): void;
}

export function collectViolations(print: (line: string) => void): Violations {
  const list: Violation[] = [];
  return {
    list,
    add(invariant, what) {
      // The same thing may be seen many times; it is one finding.
      if (list.some((known) => known.invariant === invariant && known.what === what)) return;
      list.push({ invariant, what });
      print(`VIOLATION (${invariant}): ${what}`);
    },
  };
}
