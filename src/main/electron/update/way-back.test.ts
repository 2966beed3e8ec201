import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VERSIONS_FILE } from '../../../shared/data-dir.ts';
import { openMemory } from './memory.ts';
import { restoreFirst } from './restore-first.ts';
import { findWayBack } from './way-back.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-back-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const migration = (by: string, to: number) => ({ at: to, by, from: to - 1, to, backup: `b-${by}` });

function wayBack(from: string | undefined, isKept = true) {
  const memory = openMemory(path.join(dir, 'update'));
  memory.set({ from });
  return findWayBack({ version: '0.3.0', memory, packages: { has: () => isKept }, dataDir: dir });
}

describe('the way back', () => {
  it('needs the backup of before the first version that brought the data forward since', () => {
    expect(wayBack(undefined)).toBeNull();
    expect(wayBack('0.3.0')).toBeNull();
    expect(wayBack('0.1.0', false)).toEqual({ version: '0.1.0', isKept: false, backup: null });
    const migrations = [migration('0.1.0', 6), migration('0.2.0-beta.1', 7), migration('0.2.0', 8)];
    const versions = { version: '0.2.0', schema: 8, migrations };
    writeFileSync(path.join(dir, VERSIONS_FILE), JSON.stringify(versions));
    expect(wayBack('0.1.0')?.backup).toBe('b-0.2.0-beta.1');
    expect(wayBack('0.2.0-beta.1')?.backup).toBe('b-0.2.0');
    expect(wayBack('0.2.0')?.backup).toBeNull();
  });

  it('begins with the restore of that backup, once, by the older program', async () => {
    const memory = openMemory(path.join(dir, 'update'));
    memory.set({ restore: 'b-0.2.0' });
    const script = path.join(dir, 'koubou.cjs');
    mkdirSync(dir, { recursive: true });
    writeFileSync(
      script,
      'process.stdout.write(process.argv.slice(2).join(" ") + "\\nrestored\\n");',
    );
    const program = { command: process.execPath, args: [script] };
    const said = await restoreFirst({ memory, program, dataDir: '/data' });
    expect(said).toBe('backup restore b-0.2.0 --data /data; restored');
    expect(
      await restoreFirst({
        memory: openMemory(path.join(dir, 'update')),
        program,
        dataDir: '/data',
      }),
    ).toBeNull();
  });
});
