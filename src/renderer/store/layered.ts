/**
 * Maps that are changed by making a new one, many times a second. The copy of a large one is a thin layer over a base that it
 * shares with the map before, so that it costs what changed and not what is in it. Pure.
 */

/** Smaller maps are copied whole: that is faster, and they are iterated oftener. */
const SMALL = 2_000;
/** A layer of more than this share of its base becomes part of a new one. */
const THICK = 1 / 5;

/** The map with these entries put in, in the order in which a `Map` would have them. */
export function layered<K, V>(
  before: ReadonlyMap<K, V>,
  changes: ReadonlyMap<K, V>,
  small = SMALL,
): ReadonlyMap<K, V> {
  if (changes.size === 0) return before;
  if (before.size <= small) return merged(before, changes);
  const { base, layer } = partsOf(before);
  const next = merged(layer, changes);
  return next.size > base.size * THICK ? merged(base, next) : new LayeredMap(base, next);
}

interface Parts<K, V> {
  readonly base: ReadonlyMap<K, V>;
  /** None once it was merged. */
  readonly layer?: ReadonlyMap<K, V>;
}

/** Of any map: one that was never layered is all base. */
function partsOf<K, V>(
  map: ReadonlyMap<K, V> & { readonly parts?: () => Parts<K, V> },
): Parts<K, V> {
  return map.parts?.() ?? { base: map };
}

function merged<K, V>(
  below: ReadonlyMap<K, V> | undefined,
  above: ReadonlyMap<K, V>,
): ReadonlyMap<K, V> {
  const all = new Map(below);
  for (const [key, value] of above) all.set(key, value);
  return all;
}

class LayeredMap<K, V> implements ReadonlyMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  readonly #layer: ReadonlyMap<K, V>;
  /** Made when somebody walks through it, who then does so at full speed. */
  #whole: ReadonlyMap<K, V> | null = null;
  readonly size: number;

  constructor(base: ReadonlyMap<K, V>, layer: ReadonlyMap<K, V>) {
    this.#base = base;
    this.#layer = layer;
    let { size } = base;
    for (const key of layer.keys()) if (!base.has(key)) size += 1;
    this.size = size;
  }

  parts(): Parts<K, V> {
    return this.#whole ? { base: this.#whole } : { base: this.#base, layer: this.#layer };
  }

  get(key: K): V | undefined {
    return this.#layer.get(key) ?? this.#base.get(key);
  }

  has(key: K): boolean {
    return this.#layer.has(key) || this.#base.has(key);
  }

  forEach(run: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.#all()) run(value, key, this);
  }

  entries() {
    return this.#all().entries();
  }

  keys() {
    return this.#all().keys();
  }

  values() {
    return this.#all().values();
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  #all(): ReadonlyMap<K, V> {
    return (this.#whole ??= merged(this.#base, this.#layer));
  }
}
