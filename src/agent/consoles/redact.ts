/** Keeps the values of keys out of what is shown: each becomes asterisks, also when it comes in pieces. Pure but for its rest. */

export interface Redactor {
  /** What can be shown now; the beginning of what may become a key is kept back. */
  write(bytes: Buffer): Buffer;
  /** What was kept back: nothing will follow, or not soon. */
  flush(): Buffer;
}

/** Shorter values are words that stand everywhere. */
const SHORTEST = 8;

export function createRedactor(secrets: readonly string[]): Redactor {
  const values = [...new Set(secrets)]
    .filter((secret) => secret.length >= SHORTEST)
    // The longest first: one may begin with another.
    .toSorted((a, b) => b.length - a.length)
    .map((secret) => Buffer.from(secret));
  let rest = Buffer.alloc(0);
  return {
    write(bytes) {
      if (values.length === 0) return bytes;
      const all = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      for (const value of values) hide(all, value);
      const kept = Math.max(0, ...values.map((value) => begun(all, value)));
      rest = Buffer.from(all.subarray(all.length - kept));
      return all.subarray(0, all.length - kept);
    },
    flush() {
      const kept = rest;
      rest = Buffer.alloc(0);
      return kept;
    },
  };
}

function hide(all: Buffer, value: Buffer): void {
  for (let at = all.indexOf(value); at >= 0; at = all.indexOf(value, at + value.length))
    all.fill('*', at, at + value.length);
}

/** How many bytes at the end are the beginning of `value`. */
function begun(all: Buffer, value: Buffer): number {
  for (let length = Math.min(all.length, value.length - 1); length > 0; length--)
    if (all.subarray(all.length - length).equals(value.subarray(0, length))) return length;
  return 0;
}
