/** What goes wrong on purpose: answers that never come, that come broken, or that come after GitHub acted. */

export interface Fault {
  /** Which requests: by method and path as sent, such as `POST /api/v3/repos/acme/shop/pulls`. A text has to be part of it. */
  match?: RegExp | string;
  /** Answer this instead. */
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Close the connection without an answer. */
  drop?: boolean;
  /** Say nothing until the client goes away, or the stand-in closes. */
  hang?: boolean;
  /** Do what was asked first, then fail. */
  afterActing?: boolean;
  /** How many requests; 1 unless said. Infinity: until `clear`. */
  times?: number;
  /** Told when a request meets it: with `afterActing` when it was done, and the answer did not go out yet. */
  onHit?: () => void;
}

export interface Faults {
  add(fault: Fault): () => void;
  /** The fault for this request, counted as used. */
  take(method: string, path: string): Fault | undefined;
  clear(): void;
}

export function openFaults(): Faults {
  const waiting: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? 1 };
      waiting.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    take(method, path) {
      const line = `${method} ${path}`;
      const entry = waiting.find(({ fault, left }) => left > 0 && matches(fault.match, line));
      if (!entry) return undefined;
      entry.left -= 1;
      return entry.fault;
    },
    clear() {
      waiting.length = 0;
    },
  };
}

function matches(wanted: RegExp | string | undefined, line: string): boolean {
  if (wanted === undefined) return true;
  return typeof wanted === 'string' ? line.includes(wanted) : wanted.test(line);
}
