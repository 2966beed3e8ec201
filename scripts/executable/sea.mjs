/**
 * Makes a Node binary into our program: the main script and the assets are put in as what Node calls a single executable
 * application. `node --experimental-sea-config` would make the blob for its own version only; the format is short, and
 * a unit test compares ours with what Node makes.
 */
import fs from 'node:fs';
import { inject } from 'postject';

const MAGIC = 0x0143da20;
const NO_WARNING = 1;
const WITH_CODE_CACHE = 4;
const WITH_ASSETS = 8;
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** What the main script knows without asking for it. */
export const NAMES = ['exports', 'require', 'module', '__filename', '__dirname'];

/** From here on a program says itself whether NODE_OPTIONS counts. */
const SINCE = [24, 8];

/**
 * @param {{ name: string, main: string, codeCache?: Uint8Array, assets: Map<string, Uint8Array> }} content `name` stands in stack
 *   traces; `codeCache` is of this very script and name
 * @param {string} nodeVersion of the binary that it is for
 */
export function seaBlob({ name, main, codeCache, assets }, nodeVersion) {
  const flags =
    NO_WARNING | (codeCache ? WITH_CODE_CACHE : 0) | (assets.size > 0 ? WITH_ASSETS : 0);
  return Buffer.concat([
    uint32(MAGIC),
    uint32(flags),
    // 0: neither NODE_OPTIONS nor an argument adds options of Node.
    ...(readsOptions(nodeVersion) ? [] : [Buffer.from([0])]),
    ...sized(Buffer.from(name)),
    ...sized(Buffer.from(main)),
    ...(codeCache ? sized(codeCache) : []),
    ...(assets.size > 0 ? [uint64(assets.size)] : []),
    ...[...assets].flatMap(([asset, bytes]) => [...sized(Buffer.from(asset)), ...sized(bytes)]),
  ]);
}

/**
 * A Node that does not know the setting asks for another variable instead, one that nobody sets.
 * @param {Buffer} node the binary; changed in place
 */
export function ignoreNodeOptions(node, nodeVersion) {
  if (!readsOptions(nodeVersion)) return;
  const name = Buffer.from('\0NODE_OPTIONS\0');
  const at = node.indexOf(name);
  if (at === -1) throw new Error(`Node ${nodeVersion}: NODE_OPTIONS is not where it is looked for`);
  for (let next = at; next !== -1; next = node.indexOf(name, next + 1))
    node.write('\0-no-options-\0', next, 'latin1');
}

/** Puts the blob into the Node binary `file`. */
export async function putIn(file, blob, platform) {
  const restore = quieten();
  try {
    await inject(file, 'NODE_SEA_BLOB', blob, {
      sentinelFuse: FUSE,
      ...(platform.startsWith('darwin-') ? { machoSegmentName: 'NODE_SEA' } : {}),
    });
  } finally {
    restore();
  }
  if (fs.readFileSync(file).indexOf(`${FUSE}:1`) === -1)
    throw new Error(`${file}: the part that was put in is not switched on`);
}

function readsOptions(nodeVersion) {
  const [major, minor] = nodeVersion.split('.').map(Number);
  return major < SINCE[0] || (major === SINCE[0] && minor < SINCE[1]);
}

// Its library warns about every note of Node's own that it does not know.
function quieten() {
  const { log, warn } = console;
  Object.assign(console, { log() {}, warn() {} });
  return () => Object.assign(console, { log, warn });
}

function sized(bytes) {
  return [uint64(bytes.length), bytes];
}

function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
