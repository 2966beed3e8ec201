/**
 * A map of bounded size that forgets what was not used for long. Two generations: what is used moves to the young one;
 * when that is full it becomes the old one, and the old one is forgotten. No entry costs more than a look into two maps.
 */
export interface Cache<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  readonly size: number;
}

/** Holds at most `capacity` entries, and at least the half of it that was used last. */
export function createCache<K, V>(capacity: number): Cache<K, V> {
  let young = new Map<K, V>();
  let old = new Map<K, V>();

  function set(key: K, value: V): void {
    young.set(key, value);
    if (young.size * 2 < capacity) return;
    old = young;
    young = new Map();
  }

  return {
    get(key) {
      const recent = young.get(key);
      if (recent !== undefined) return recent;
      const value = old.get(key);
      if (value !== undefined) set(key, value);
      return value;
    },
    set,
    get size() {
      return young.size + old.size;
    },
  };
}
