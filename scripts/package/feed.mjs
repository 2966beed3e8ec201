/**
 * Writes the feeds of a folder of packages, and signs them:
 *
 *   node scripts/package/feed.mjs FOLDER --version 0.2.0 --channel stable --key FILE [--staging 20] [--days 365]
 *
 * For each platform that has a file there: `latest-linux.yml` (for beta `beta-linux.yml`), and the same for the way back to this very
 * version as `0.2.0-linux.yml`, each with its `.sig`. A version for stable is one for beta too. The key (Ed25519, PEM) may come in
 * $KOUBOU_UPDATE_PRIVATE_KEY instead. `node scripts/package/feed.mjs keys FOLDER` makes a pair: the private key as a file, the public
 * one as what $KOUBOU_UPDATE_KEY is to be at the build of the app.
 */
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runMain, say, SetupError } from '../setup/say.mjs';

const DAY_MS = 86_400_000;
const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/;

/** Which files are of which platform, and how its feeds end. */
const PLATFORMS = [
  {
    platform: 'linux-x64',
    end: '-linux',
    files: /(x64|amd64|x86_64)\.(deb|rpm|AppImage|tar\.gz)$/,
  },
  {
    platform: 'linux-arm64',
    end: '-linux-arm64',
    files: /(arm64|aarch64)\.(deb|rpm|AppImage|tar\.gz)$/,
  },
  { platform: 'win32', end: '', files: /\.exe$/ },
  { platform: 'darwin', end: '-mac', files: /mac.*\.zip$|\.dmg$/ },
];

/**
 * @param {{folder: string, version: string, channel: 'stable' | 'beta', key: crypto.KeyObject, now: number, staging?: number, days?: number}} about
 * @returns the names of the files that were written
 */
export function writeFeeds({ folder, version, channel, key, now, staging, days = 365 }) {
  if (!VERSION.test(version)) throw new SetupError(`${version} is not a version like 0.2.0`);
  // As electron-builder.yml names them: what is 0.2.0-beta.1 is not 0.2.0.
  const own = new RegExp(`-${version.replaceAll('.', '\\.')}-(linux|win|mac)`);
  const names = fs.readdirSync(folder).filter((name) => own.test(name));
  const feeds = PLATFORMS.flatMap(({ platform, end, files }) => {
    const fitting = names.filter((name) => files.test(name)).toSorted();
    if (fitting.length === 0) return [];
    const listed = fitting.map((name) => fileOf(folder, name));
    const about = { version, channel, platform, files: listed };
    const times = { releaseDate: iso(now), expires: iso(now + days * DAY_MS) };
    const stage = staging === undefined ? {} : { stagingPercentage: staging };
    const feed = { ...about, ...times, ...stage };
    const beta = { name: `beta${end}.yml`, feed: { ...feed, channel: 'beta' } };
    const stable = channel === 'stable' ? [{ name: `latest${end}.yml`, feed }] : [];
    return [...stable, beta, { name: `${version}${end}.yml`, feed }];
  });
  if (feeds.length === 0) throw new SetupError(`${folder} has no package of ${version}`);
  return feeds.flatMap(({ name, feed }) => writeSigned(folder, name, feed, key));
}

/** Makes the pair of keys for a publisher. */
export function writeKeys(folder) {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ed25519');
  const file = path.join(folder, 'update-private.pem');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  fs.writeFileSync(file, pem, { mode: 0o600, flag: 'wx' });
  return { file, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') };
}

function fileOf(folder, name) {
  const bytes = fs.readFileSync(path.join(folder, name));
  const sha512 = crypto.createHash('sha512').update(bytes).digest('base64');
  return { url: name, sha512, size: bytes.length };
}

function writeSigned(folder, name, feed, key) {
  // JSON is YAML: other readers of such feeds take it, and ours needs no other one.
  const bytes = Buffer.from(`${JSON.stringify(feed, null, 2)}\n`);
  const signature = crypto.sign(null, bytes, key).toString('base64');
  fs.writeFileSync(path.join(folder, name), bytes);
  fs.writeFileSync(path.join(folder, `${name}.sig`), `${signature}\n`);
  return [name, `${name}.sig`];
}

function iso(at) {
  return new Date(at).toISOString();
}

function readPrivateKey(file) {
  const pem = file === undefined ? process.env.KOUBOU_UPDATE_PRIVATE_KEY : fs.readFileSync(file);
  if (!pem) throw new SetupError('give the private key with --key or $KOUBOU_UPDATE_PRIVATE_KEY');
  const key = crypto.createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new SetupError('the key is not one of Ed25519');
  return key;
}

function main(args) {
  const text = { type: 'string' };
  const options = { version: text, channel: text, key: text, staging: text, days: text };
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const [first, second] = positionals;
  if (first === 'keys') {
    const { file, publicKey } = writeKeys(second ?? '.');
    say(`the private key is in ${file}`);
    process.stdout.write(`KOUBOU_UPDATE_KEY=${publicKey}\n`);
    return;
  }
  if (!first || !values.version) throw new SetupError('give the folder, and --version');
  const { channel = 'stable' } = values;
  if (!['stable', 'beta'].includes(channel))
    throw new SetupError(`there is no channel ${String(channel)}`);
  const written = writeFeeds({
    ...{ folder: first, version: values.version, channel, key: readPrivateKey(values.key) },
    now: Date.now(),
    ...(values.staging !== undefined && { staging: Number(values.staging) }),
    ...(values.days !== undefined && { days: Number(values.days) }),
  });
  say(`signed: ${written.filter((name) => name.endsWith('.yml')).join(', ')}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await runMain(async () => main(process.argv.slice(2)));
