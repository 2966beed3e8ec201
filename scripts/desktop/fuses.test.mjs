/** The fuses, on a copy of the real binary: set, read back, and seen to hold. */
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FUSES, readFuses, setFuses, wrongFuses } from './fuses.mjs';

const electron = createRequire(import.meta.url)('electron');

let dir;
let binary;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-fuses-'));
  binary = path.join(dir, path.basename(electron));
  copyFileSync(electron, binary);
  chmodSync(binary, 0o755);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

// A Mac's binary is a folder with a signature, which the packager sets them in.
test.runIf(process.platform !== 'darwin')(
  '19: all are set, and read back from the binary',
  async () => {
    expect(await wrongFuses(binary)).toContain('RunAsNode');
    await setFuses(binary);
    expect(await wrongFuses(binary)).toEqual([]);
    expect(await readFuses(binary)).toMatchObject(FUSES);
  },
);

test.runIf(process.platform !== 'darwin')(
  '19: there is none that nobody decided about',
  async () => {
    const known = Object.keys(FUSES);
    const all = Object.keys(await readFuses(binary));
    expect(all.filter((name) => !known.includes(name))).toEqual([]);
  },
);
