/** One stream of an attempt: its log, and those who watch it. */
import { OUTPUT_WINDOW } from '../../../shared/protocol/output.ts';
import type { Watch, Watcher } from './port.ts';
import type { StreamLog } from './stream-log.ts';
import { createTail, type Tail } from './tail.ts';
import { createWatch, type OpenWatch } from './watch.ts';

export class Recording {
  readonly log: StreamLog;
  readonly #watches = new Set<OpenWatch>();
  readonly #onBroken: (error: Error) => void;
  #tail: Tail | undefined;
  #isWhole: boolean;

  constructor(log: StreamLog, isWhole: boolean, onBroken: (error: Error) => void) {
    this.log = log;
    this.#isWhole = isWhole;
    this.#onBroken = onBroken;
  }

  get isWatched(): boolean {
    return this.#watches.size > 0;
  }

  /** Appends what is new of the bytes at `offset`. @throws when the disk does not take it */
  append(offset: number, bytes: Uint8Array): void {
    const { end } = this.log;
    if (offset > end || offset + bytes.length <= end) return;
    const fresh = offset === end ? bytes : bytes.subarray(end - offset);
    this.log.append(fresh);
    this.#tail?.push(fresh);
    for (const watch of this.#watches) watch.grown();
  }

  finish(): void {
    this.#isWhole = true;
    for (const watch of this.#watches) watch.grown();
  }

  watch(from: number, watcher: Watcher): Watch {
    this.#tail ??= createTail(this.log.end, OUTPUT_WINDOW);
    const source = {
      log: this.log,
      tail: this.#tail,
      isWhole: () => this.#isWhole,
      broken: this.#onBroken,
      closed: () => this.#leave(watch),
    };
    const watch = createWatch(source, from, watcher);
    this.#watches.add(watch);
    return watch;
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
    this.log.close();
  }

  #leave(watch: OpenWatch): void {
    this.#watches.delete(watch);
    if (this.#watches.size === 0) this.#tail = undefined;
  }
}
