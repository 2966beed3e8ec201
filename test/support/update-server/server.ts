/**
 * A publisher of updates for tests: a folder of packages that `scripts/package/feed.mjs` signs with a key of its own, served on
 * loopback; and the bad servers that an app may meet.
 */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listenOnLoopback } from '../loopback.ts';

const SIGNER = path.resolve(import.meta.dirname, '../../../scripts/package/feed.mjs');

/** What is wrong with the server. */
export type Bend =
  | 'none'
  | 'error'
  | 'unsigned'
  | 'wrong_signature'
  | 'other_key'
  | 'truncated'
  | 'endless';

export interface Release {
  readonly version: string;
  readonly channel?: 'stable' | 'beta';
  readonly staging?: number;
  readonly days?: number;
}

export interface UpdateServer {
  readonly url: string;
  readonly folder: string;
  /** As an app is built with it. */
  readonly publicKey: string;
  /** Makes a package of some bytes, and signs the feeds. */
  release(release: Release): void;
  bend(how: Bend): void;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function startUpdateServer(): Promise<UpdateServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'koubou-updates-'));
  const { publicKey, pem } = makeKeys();
  const { pem: otherPem } = makeKeys();
  const asked: string[] = [];
  let bent: Bend = 'none';
  let last: Release | undefined;
  const sign = (release: Release, key: string): void => signFeeds(folder, release, key);
  const server = createServer(({ url = '/' }, response) => {
    const name = path.basename(new URL(url, 'http://localhost').pathname);
    asked.push(name);
    const bytes = bytesOf(path.join(folder, name), name, bent);
    if (bent === 'error') return void response.writeHead(500).end('no');
    if (bytes === null) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  const loopback = await listenOnLoopback(server);
  return {
    ...{ url: `${loopback.url}/`, folder, publicKey, asked },
    release(release) {
      last = release;
      const { version } = release;
      writeFileSync(path.join(folder, `koubou-${version}-linux-x64.deb`), `package ${version}\n`);
      sign(release, pem);
    },
    bend(how) {
      bent = how;
      if (last) sign(last, how === 'other_key' ? otherPem : pem);
    },
    async close() {
      await loopback.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function makeKeys(): { publicKey: string; pem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return { publicKey: der.toString('base64'), pem: pem.toString() };
}

/** `null`: it is not there. */
function bytesOf(file: string, name: string, bent: Bend): Buffer | null {
  if (!existsSync(file) || !statSync(file).isFile()) return null;
  const bytes = readFileSync(file);
  if (bent === 'unsigned' && name.endsWith('.sig')) return null;
  if (bent === 'wrong_signature' && name.endsWith('.yml'))
    return Buffer.from(bytes.toString().replace(/"size": \d+/, '"size": 1'));
  if (bent === 'truncated' && name.endsWith('.deb')) return bytes.subarray(0, -3);
  if (bent === 'endless' && name.endsWith('.yml')) return Buffer.alloc(1024 * 1024, ' ');
  return bytes;
}

function signFeeds(
  folder: string,
  { version, channel = 'stable', staging, days }: Release,
  key: string,
): void {
  const args = [folder, '--version', version, '--channel', channel];
  if (staging !== undefined) args.push('--staging', String(staging));
  if (days !== undefined) args.push(`--days=${days}`);
  const env = { ...process.env, KOUBOU_UPDATE_PRIVATE_KEY: key };
  execFileSync(process.execPath, [SIGNER, ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
}
