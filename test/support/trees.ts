/** Trees of processes that an engine may leave behind: one that ends when asked, and one that does all it can not to. */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessTree {
  /** Run with `sh FILE`. Every process of it has the file's path in its command line. */
  readonly script: string;
  readonly processes: number;
}

export const POLITE: ProcessTree = {
  script: `
if [ "$1" = child ]; then exec tail -f "$0"; fi
sh "$0" child &
sh "$0" child &
wait
`,
  processes: 3,
};

/** A session of its own, a double fork, one without the marks of an attempt, and one that survives hang-ups; all ignore SIGTERM. */
export const NASTY: ProcessTree = {
  script: `
trap '' TERM HUP INT
if [ "$1" = child ]; then while :; do tail -f "$0" & wait; done; fi
setsid sh "$0" child </dev/null >/dev/null 2>&1 &
(setsid sh "$0" child </dev/null >/dev/null 2>&1 &)
(env -i PATH="$PATH" setsid sh "$0" child </dev/null >/dev/null 2>&1 &)
nohup sh "$0" child </dev/null >/dev/null 2>&1 &
sh "$0" child &
wait
while :; do wait; done
`,
  processes: 11,
};

/** Ids of the processes with the file in their command line (Linux). */
export function pidsFrom(file: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(file);
      } catch {
        // It ended while we looked.
        return false;
      }
    })
    .map(Number);
}
