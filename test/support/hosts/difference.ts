/**
 * What a host's file system holds that its base does not, so that a before and an after can be compared: read from the
 * layer of changes, without a look at what never changed.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';

/** One tree of a host, all paths as seen from here. */
export interface Layer {
  /** Where it is on the host. */
  readonly at: string;
  readonly base: string;
  readonly changes: string;
  /** Base and changes together, as the host sees them. */
  readonly merged: string;
}

/** What a running system writes without anybody's doing. */
const PASSING = new Set(
  `/proc /sys /dev /run /tmp /var/tmp /var/log /var/cache /var/lib/sudo /var/lib/systemd/random-seed
   /var/lib/systemd/timers /var/lib/systemd/timesync /var/lib/systemd/pstore /var/lib/private
   /var/lib/systemd/catalog /var/lib/systemd/coredump /etc/.updated /var/.updated`.split(/\s+/),
);

/** @returns by path on the host, what differs there: kind, mode, owner and content; `removed` for what is not there */
export function differences(layers: readonly Layer[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const layer of layers) walk(layer, '', found);
  return new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function walk(layer: Layer, inside: string, found: Map<string, string>): void {
  const base = namesIn(path.join(layer.base, inside));
  const changes = new Set(namesIn(path.join(layer.changes, inside)));
  for (const name of new Set([...base, ...changes])) {
    const here = path.join(inside, name);
    const onHost = path.join(layer.at, here);
    if (PASSING.has(onHost)) continue;
    if (changes.has(name)) visit(layer, here, onHost, found);
    // A folder made anew hides what the base has there.
    else if (!existsLink(path.join(layer.merged, here))) found.set(onHost, 'removed');
  }
}

function visit(layer: Layer, here: string, onHost: string, found: Map<string, string>): void {
  const file = path.join(layer.changes, here);
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return; // Gone while we look.
  const before = lstatSync(path.join(layer.base, here), { throwIfNoEntry: false });
  if (stat.isCharacterDevice() && stat.rdev === 0) {
    if (before !== undefined) found.set(onHost, 'removed');
    return;
  }
  const now = describe(file, stat);
  // What was only opened, or holds a change, is in the layer as it was in the base.
  if (before === undefined || describe(path.join(layer.base, here), before) !== now)
    found.set(onHost, now);
  if (stat.isDirectory()) walk(layer, here, found);
}

function describe(file: string, stat: Stats): string {
  const what = `${stat.mode.toString(8)} ${stat.uid}:${stat.gid}`;
  if (stat.isSymbolicLink()) return `link to ${readlinkSync(file)}`;
  if (stat.isDirectory()) return `folder ${what}`;
  if (!stat.isFile()) return `special ${what}`;
  return `file ${what} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder) || !lstatSync(folder).isDirectory()) return [];
  return readdirSync(folder);
}

function existsLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
