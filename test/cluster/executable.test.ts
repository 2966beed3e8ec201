/** The single executable as a user gets it: alone, without a Node, in an environment that means it no good. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openReleases, type Release } from '../../src/main/coordinator/releases/releases.ts';
import { NODE, processesOf, ROOT } from '../support/workshop.ts';

const EXECUTABLES = path.join(ROOT, 'dist/executables');
const EXECUTABLE = path.join(EXECUTABLES, 'linux-x64/koubou');

let scratch: string;
let env: Record<string, string>;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-executable-'));
  const bin = path.join(scratch, 'bin');
  mkdirSync(bin);
  mkdirSync(path.join(scratch, 'here'));
  for (const name of ['git', 'sh']) symlinkSync(which(name), path.join(bin, name));
  const evil = path.join(scratch, 'evil.cjs');
  writeFileSync(evil, `require('node:fs').writeFileSync(${JSON.stringify(evil)} + '.ran', '')`);
  env = { HOME: scratch, PATH: bin, NODE_OPTIONS: `--require ${evil}` };
});

afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function which(name: string): string {
  return execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
}

async function run(command: string, ...args: string[]): Promise<{ code: number; out: string }> {
  const cwd = path.join(scratch, 'here');
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out };
}

const About = z.object({
  build: z.string(),
  executable: z.boolean(),
  assets: z.array(z.object({ name: z.string(), sha256: z.string() })),
  natives: z.array(z.object({ name: z.string(), loads: z.boolean(), why: z.string().nullable() })),
});
type About = z.infer<typeof About>;

async function about(): Promise<About> {
  const { code, out } = await run(EXECUTABLE, 'version', '--json');
  expect(code).toBe(0);
  return About.parse(JSON.parse(out));
}

function released(): Release {
  const release = openReleases(EXECUTABLES).find('linux-x64');
  if (!release) throw new Error('dist/executables has none for linux-x64: npm run build:koubou');
  return release;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('says what it is; everything in it works, and NODE_OPTIONS adds nothing', async () => {
  const found = await about();
  expect(found).toMatchObject({ build: released().build, executable: true });
  expect(found.natives).toEqual(
    ['better-sqlite3', '@lydell/node-pty'].map((name) => ({ name, loads: true, why: null })),
  );
  const ui = found.assets.find(({ name }) => name === 'ui:index.html');
  expect(ui?.sha256).toBe(sha256(readFileSync(path.join(ROOT, 'dist/ui/index.html'))));
  expect(existsSync(path.join(scratch, 'evil.cjs.ran'))).toBe(false);
  // It would have run in a plain Node.
  await run(NODE, '-e', '0');
  expect(existsSync(path.join(scratch, 'evil.cjs.ran'))).toBe(true);
});

test('goes the whole way of the demo from an empty folder, without a Node', async () => {
  const data = path.join(scratch, 'data');
  const args = ['serve', '--demo', '--exit', '--port', '0', '--data', data];
  const { code, out } = await run(EXECUTABLE, ...args);
  expect(out.trimEnd().split('\n').at(-1)).toBe('completed');
  expect(code).toBe(0);
  expect(readFileSync(path.join(data, 'sample-1/src/discount.js'), 'utf8')).toContain('* quantity');
  expect(processesOf(data)).toEqual([]);
  expect(readdirSync(path.join(scratch, 'here'))).toEqual([]);
  expect(existsSync(path.join(scratch, 'evil.cjs.ran'))).toBe(false);
});

test('serves its own user interface, and backs its database up', async () => {
  const data = path.join(scratch, 'data');
  const args = ['serve', '--port', '0', '--agents', '0', '--data', data];
  const child = spawn(EXECUTABLE, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(child.stdout, 'readable');
    const url = /http:\/\/[^\s/]+/.exec(String(child.stdout.read()))?.[0] ?? 'it has not started';
    const page = await fetch(url);
    expect(await page.text()).toBe(readFileSync(path.join(ROOT, 'dist/ui/index.html'), 'utf8'));
    expect((await run(EXECUTABLE, 'backup', 'create', '--data', data)).code).toBe(0);
    expect((await run(EXECUTABLE, 'audit', 'verify', '--data', data)).code).toBe(0);
  } finally {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }
});

test('a native module that was changed on disk is not loaded', async () => {
  await about();
  const cache = path.join(scratch, '.cache/koubou/native');
  const files = readdirSync(cache, { recursive: true, encoding: 'utf8' });
  const natives = files.filter((file) => file.endsWith('.node')).map((f) => path.join(cache, f));
  expect(natives).toHaveLength(2);
  const before = natives.map((file) => sha256(readFileSync(file)));
  for (const file of natives) writeFileSync(file, 'not a module');
  expect((await about()).natives.map(({ loads }) => loads)).toEqual([true, true]);
  expect(natives.map((file) => sha256(readFileSync(file)))).toEqual(before);
});

test('without a home it finds another place', async () => {
  env = { ...env, HOME: path.join(scratch, 'evil.cjs'), TMPDIR: path.join(scratch, 'here') };
  expect((await about()).natives.map(({ loads }) => loads)).toEqual([true, true]);
  expect(readdirSync(path.join(scratch, 'here'))).toEqual([
    `koubou-native-${process.getuid?.() ?? ''}`,
  ]);
});

test('what is packed is what is listed, and the same input gives the same bytes', async () => {
  const { gzip, size, sha256: listed } = released();
  const packed = readFileSync(gzip.file);
  expect([packed.length, sha256(packed)]).toEqual([gzip.size, gzip.sha256]);
  const raw = gunzipSync(packed);
  expect([raw.length, sha256(raw)]).toEqual([size, listed]);
  await build('linux-x64');
  expect(sha256(readFileSync(path.join(scratch, 'linux-x64/koubou')))).toBe(listed);
});

test('the ones for other machines are programs of their kind, with the same content', async () => {
  await build('linux-arm64', 'win-x64', 'darwin-arm64');
  const main = readFileSync(path.join(ROOT, 'dist/koubou.cjs')).subarray(1_000, 2_000);
  const arm = readFileSync(path.join(scratch, 'linux-arm64/koubou'));
  expect([arm.toString('latin1', 1, 4), arm.readUInt16LE(18)]).toEqual(['ELF', 183]);
  const windows = readFileSync(path.join(scratch, 'win-x64/koubou.exe'));
  const header = windows.readUInt32LE(0x3c);
  expect(windows.toString('latin1', header, header + 4)).toBe('PE\0\0');
  expect(windows.readUInt16LE(header + 4)).toBe(0x8664);
  const mac = readFileSync(path.join(scratch, 'darwin-arm64/koubou'));
  expect([mac.readUInt32LE(0), mac.readUInt32LE(4)]).toEqual([0xfeedfacf, 0x0100000c]);
  for (const program of [arm, windows, mac]) expect(program.includes(main)).toBe(true);
  expect(wrongPages(mac)).toEqual([]);
  // It is older than the setting that closes NODE_OPTIONS.
  expect(mac.includes('\0NODE_OPTIONS\0')).toBe(false);
}, 300_000);

async function build(...platforms: string[]): Promise<void> {
  const script = path.join(ROOT, 'scripts/executable/build.mjs');
  const child = spawn(NODE, [script, '--to', scratch, ...platforms], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([0, null]);
}

/** As the system does it: the last command names the signature, that the directory, and this the hash of each page. */
function wrongPages(program: Buffer): number[] {
  let command = 32;
  while (program.readUInt32LE(command) !== 0x1d) command += program.readUInt32LE(command + 4);
  const signature = program.readUInt32LE(command + 8);
  const directory = signature + program.readUInt32BE(signature + 16);
  const hashes = directory + program.readUInt32BE(directory + 16);
  const limit = program.readUInt32BE(directory + 32);
  expect(limit).toBe(signature);
  const pages = Array.from({ length: Math.ceil(limit / 4096) }, (_, page) => page);
  return pages.filter((page) => {
    const bytes = program.subarray(page * 4096, Math.min((page + 1) * 4096, limit));
    const hash = program.subarray(hashes + 32 * page, hashes + 32 * (page + 1));
    return sha256(bytes) !== hash.toString('hex');
  });
}
