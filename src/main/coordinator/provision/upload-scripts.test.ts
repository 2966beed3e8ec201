/** What becomes of an upload on a host, with the tools that it has: whole, cut short or damaged. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CUT_SHORT, finishScript, prepareScript, WRONG_CHECKSUM } from './upload-scripts.ts';

const PROGRAM = Buffer.concat([randomBytes(200_000), Buffer.alloc(900_000, 'koubou ')]);
const PACKED = gzipSync(PROGRAM);
const SHELL = ['sh', 'cat', 'chmod', 'cut', 'dirname', 'mkdir', 'mv', 'rm', 'rmdir', 'sync', 'tee'];
const TOOLS = [...SHELL, 'uname', 'wc', 'gzip'];

/** Either has all that is needed. */
const HOSTS = [
  { with: 'Python', tools: [...TOOLS, 'python3'] },
  { with: 'the tools of the shell', tools: [...TOOLS, 'sha256sum'] },
  { with: 'a Python that is not there', tools: [...TOOLS, 'sha256sum'], python: 'exit 127' },
];

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-upload-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What stands in the PATH for Python may be a script that looks for it. */
const whereIs = (tool: string): string => {
  const script =
    tool === 'python3' ? `python3 -c 'import sys; print(sys.executable)'` : `command -v ${tool}`;
  return spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.trim();
};

describe.each(HOSTS)('with $with', ({ tools, python }) => {
  const at = (name: string): string => path.join(dir, 'home/versions', name);
  const packed = (): string => at('b1.partial/koubou-b1-x.gz');

  interface More {
    readonly program?: Buffer;
    /** Goes before the script. */
    readonly first?: string;
  }

  function finish(
    source: 'file' | 'stdin',
    bytes: Buffer,
    { program = PROGRAM, first = '' }: More = {},
  ): number | null {
    const bin = path.join(dir, 'bin');
    mkdirSync(bin);
    for (const tool of tools) symlinkSync(whereIs(tool), path.join(bin, tool));
    if (python !== undefined)
      writeFileSync(path.join(bin, 'python3'), `#!/bin/sh\n${python}\n`, { mode: 0o755 });
    const about = {
      ...{ home: path.join(dir, 'home'), build: 'b1', version: '1.0.0', packed: packed() },
      size: program.length,
      sha256: createHash('sha256').update(program).digest('hex'),
      packedSize: PACKED.length,
    };
    const run = (script: string, input: Buffer): number | null =>
      spawnSync('sh', ['-c', script], { input, env: { PATH: bin } }).status;
    expect(run(prepareScript(about), Buffer.alloc(0))).toBe(0);
    if (source === 'file') writeFileSync(packed(), bytes);
    return run(
      `${first}\n${finishScript(about, source)}`,
      source === 'stdin' ? bytes : Buffer.alloc(0),
    );
  }

  test.each(['file', 'stdin'] as const)('what came whole by %s counts', (source) => {
    expect(finish(source, PACKED)).toBe(0);
    expect(readFileSync(at('b1/koubou')).equals(PROGRAM)).toBe(true);
    expect(existsSync(at('b1/valid.json'))).toBe(true);
    expect(existsSync(at('b1.partial'))).toBe(false);
  });

  test('what was cut short is kept, to go on with, and does not count', () => {
    const part = PACKED.subarray(0, 100_000);
    expect(finish('stdin', part)).toBe(CUT_SHORT);
    expect(readFileSync(packed()).equals(part)).toBe(true);
    expect(existsSync(at('b1/valid.json'))).toBe(false);
  });

  test('another program than the one that was sent does not count', () => {
    expect(finish('stdin', PACKED, { program: Buffer.alloc(5) })).toBe(WRONG_CHECKSUM);
    expect(existsSync(at('b1/koubou'))).toBe(false);
  });

  test('where the disk takes no more of it, it does not count', () => {
    // Files of 512 KB at the most: the packed one fits, the other does not.
    expect(finish('stdin', PACKED, { first: 'ulimit -f 1000' })).not.toBe(0);
    expect(existsSync(at('b1/koubou'))).toBe(false);
    expect(existsSync(at('b1/valid.json'))).toBe(false);
  });

  test('what is damaged is removed', () => {
    const damaged = Buffer.from(PACKED);
    damaged.fill(0, 100_000, 150_000);
    expect(finish('file', damaged)).toBe(WRONG_CHECKSUM);
    expect(existsSync(packed())).toBe(false);
    expect(existsSync(at('b1/valid.json'))).toBe(false);
  });
});
