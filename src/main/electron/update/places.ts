/** Where the files of a feed are: on a server that is a folder, or in the releases of the project. Pure. */
import type { UpdateChannel } from '../../../shared/update.ts';

/** The releases of the project; a server of one's own is a folder with all files in it. */
export const USUAL_SERVER = 'https://github.com/koubou-dev/koubou/releases/';

export interface FeedAddress {
  readonly feed: URL;
  readonly signature: URL;
}

/** As feeds name it: `linux-x64`, `linux-arm64`, `win32`, `darwin`. */
export function platformOf(platform: string, arch: string): string {
  return platform === 'linux' ? `linux-${arch}` : platform;
}

/** The feed of what a channel has now. */
export function channelFeed(server: string, channel: UpdateChannel, platform: string): FeedAddress {
  const name = `${channel === 'stable' ? 'latest' : 'beta'}${endingOf(platform)}`;
  if (!isReleases(server)) return addressOf(server, name);
  // GitHub's own word for the newest that is finished; `beta` is a release that is filled anew each time.
  return addressOf(
    server,
    channel === 'stable' ? `latest/download/${name}` : `download/beta/${name}`,
  );
}

/** The feed of one version, for the way back to it. */
export function versionFeed(server: string, version: string, platform: string): FeedAddress {
  const name = `${version}${endingOf(platform)}`;
  return addressOf(server, isReleases(server) ? `download/v${version}/${name}` : name);
}

/** The folder in which the files of a version are. */
export function filesOf(server: string, version: string): URL {
  return new URL(isReleases(server) ? `download/v${version}/` : '', folderOf(server));
}

/** The ends that electron-updater has for its feeds. */
function endingOf(platform: string): string {
  const ends: Record<string, string> = { 'linux-x64': '-linux', win32: '', darwin: '-mac' };
  return `${ends[platform] ?? `-${platform}`}.yml`;
}

function isReleases(server: string): boolean {
  return /^https:\/\/github\.com\/[^/]+\/[^/]+\/releases\/?$/.test(server);
}

function addressOf(server: string, name: string): FeedAddress {
  const folder = folderOf(server);
  return { feed: new URL(name, folder), signature: new URL(`${name}.sig`, folder) };
}

function folderOf(server: string): URL {
  return new URL(server.endsWith('/') ? server : `${server}/`);
}
