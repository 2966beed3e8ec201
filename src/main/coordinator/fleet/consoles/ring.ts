/** The last bytes of a stream, by their offsets, in a bounded piece of memory. */

export interface Ring {
  /** Offset of the first byte that is still here, and of the one after the last. */
  readonly start: number;
  readonly end: number;
  append(bytes: Uint8Array): void;
  /** Up to `length` bytes from `from`, which must be here. A copy. */
  read(from: number, length: number): Uint8Array;
}

export function createRing(size: number): Ring {
  const memory = new Uint8Array(size);
  let end = 0;
  const startOf = (): number => Math.max(0, end - size);
  return {
    get start() {
      return startOf();
    },
    get end() {
      return end;
    },
    append(bytes) {
      const kept = bytes.subarray(Math.max(0, bytes.length - size));
      const at = (end + bytes.length - kept.length) % size;
      const first = Math.min(kept.length, size - at);
      memory.set(kept.subarray(0, first), at);
      memory.set(kept.subarray(first), 0);
      end += bytes.length;
    },
    read(from, length) {
      const wanted = Math.max(0, Math.min(length, end - from));
      const out = new Uint8Array(wanted);
      const at = from % size;
      const first = Math.min(wanted, size - at);
      out.set(memory.subarray(at, at + first), 0);
      out.set(memory.subarray(0, wanted - first), first);
      return out;
    },
  };
}
