/** One stream of an attempt: its log, and those who watch it. */
import { OUTPUT_WINDOW } from '../../../shared/protocol/output.ts';
import type { Watch, Watcher } from './port.ts';
import type { StreamLog } from './stream-log.ts';
import { createTail, type Tail } from './tail.ts';
import { createWatch, type OpenWatch } from './watch.ts';

/** `open`: more is to come. `abandoned`: probably not. `finished`: certainly not. */
export type Ending = 'open' | 'abandoned' | 'finished';

export interface Ended {
  readonly ending: Ending;
  /** Bytes it had when it ended. It may have fewer after a power failure, and takes those anew. */
  readonly length: number;
}

export class Recording {
  readonly log: StreamLog;
  readonly #watches = new Set<OpenWatch>();
  readonly #onBroken: (error: Error) => void;
  #tail: Tail | undefined;
  #ended: Ended;

  constructor(log: StreamLog, ended: Ended, onBroken: (error: Error) => void) {
    this.log = log;
    this.#ended = ended;
    this.#onBroken = onBroken;
  }

  get ending(): Ending {
    return this.#ended.ending;
  }

  get isWatched(): boolean {
    return this.#watches.size > 0;
  }

  /** True when some of these bytes continue what is recorded. */
  isNews(offset: number, bytes: Uint8Array): boolean {
    const { end } = this.log;
    if (this.#ended.ending === 'finished' && end >= this.#ended.length) return false;
    return offset <= end && offset + bytes.length > end;
  }

  /** Appends what is new of the bytes at `offset`. @throws when the disk does not take it */
  append(offset: number, bytes: Uint8Array): void {
    if (!this.isNews(offset, bytes)) return;
    const { end } = this.log;
    const fresh = offset === end ? bytes : bytes.subarray(end - offset);
    this.log.append(fresh);
    this.#tail?.push(fresh);
    for (const watch of this.#watches) watch.grown();
  }

  end(ending: Ending): void {
    this.#ended = { ending, length: ending === 'open' ? Infinity : this.log.end };
    for (const watch of this.#watches) watch.grown();
  }

  watch(from: number, watcher: Watcher): Watch {
    this.#tail ??= createTail(this.log.end, OUTPUT_WINDOW);
    const source = {
      log: this.log,
      tail: this.#tail,
      isWhole: () => this.#ended.ending !== 'open',
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
