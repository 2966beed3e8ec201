/** Where parts of the executable may be unpacked, best first. */
import os from 'node:os';
import path from 'node:path';

export interface Surroundings {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of this user; empty when there is none. */
  readonly home: string;
  readonly tmp: string;
  readonly uid: number | undefined;
}

/** Of this process. */
export function surroundings(): Surroundings {
  return {
    platform: process.platform,
    env: process.env,
    home: home(),
    tmp: os.tmpdir(),
    uid: process.getuid?.(),
  };
}

/**
 * `KOUBOU_NATIVE` when it is set (an installed agent keeps everything in its own folder), then the cache of this user,
 * then shared folders, for a home that cannot be written or holds no programs: there in a folder of this user's own.
 */
export function placesOf({ platform, env, home: ours, tmp, uid }: Surroundings): string[] {
  const told = env['KOUBOU_NATIVE'];
  const own = uid === undefined ? 'koubou-native' : `koubou-native-${uid}`;
  const shared = platform === 'linux' ? [tmp, '/var/tmp', '/dev/shm'] : [tmp];
  return [
    ...(told !== undefined && path.isAbsolute(told) ? [told] : []),
    ...cacheOf({ platform, env, home: ours }),
    ...new Set(shared.map((folder) => path.join(folder, own))),
  ];
}

function cacheOf({ platform, env, home: ours }: Omit<Surroundings, 'tmp' | 'uid'>): string[] {
  const local = env['LOCALAPPDATA'];
  if (platform === 'win32')
    return local === undefined ? [] : [path.join(local, 'Koubou', 'native')];
  const cache = env['XDG_CACHE_HOME'] || (ours === '' ? '' : path.join(ours, '.cache'));
  return path.isAbsolute(cache) ? [path.join(cache, 'koubou', 'native')] : [];
}

function home(): string {
  try {
    return os.homedir();
  } catch {
    // A user id without an entry in the list of users.
    return '';
  }
}
