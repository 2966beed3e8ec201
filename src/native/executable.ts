/**
 * Are we the single executable, and what is inside of it? Only here is `node:sea` asked. The index is written by
 * `scripts/executable/assets.mjs`; without an executable (dist/koubou.cjs, the sources) nothing is inside.
 */
import { getRawAsset, isSea } from 'node:sea';
import { z } from 'zod';

const INDEX = 'index.json';

const Index = z.strictObject({
  /** What is unpacked together: its name, and a hash over all its files. */
  parts: z.record(z.string(), z.string()),
  /** SHA-256 of every asset; `PART:PATH` for a file of a part. */
  assets: z.record(z.string(), z.string()),
});

/** Files that belong together. */
export interface Part {
  readonly name: string;
  /** Names the content. */
  readonly sha256: string;
  /** By the path below the part's folder. */
  readonly files: ReadonlyMap<string, () => Uint8Array>;
}

export interface Asset {
  readonly name: string;
  readonly sha256: string;
}

export function isExecutable(): boolean {
  return isSea();
}

/** Everything inside of the executable. */
export function listAssets(): Asset[] {
  if (!isSea()) return [];
  return Object.entries(readIndex().assets).map(([name, sha256]) => ({ name, sha256 }));
}

/** @throws Error when the executable has no such part */
export function readPart(name: string): Part {
  const { parts, assets } = readIndex();
  const sha256 = parts[name];
  if (sha256 === undefined) throw new Error(`this executable was built without ${name}`);
  const prefix = `${name}:`;
  const own = Object.keys(assets).filter((asset) => asset.startsWith(prefix));
  return {
    name,
    sha256,
    files: new Map(own.map((asset) => [asset.slice(prefix.length), () => readAsset(asset)])),
  };
}

/** The bytes themselves, not a copy: never to be written to. */
export function readAsset(name: string): Uint8Array {
  return new Uint8Array(getRawAsset(name));
}

function readIndex(): z.infer<typeof Index> {
  return Index.parse(JSON.parse(new TextDecoder().decode(readAsset(INDEX))));
}
