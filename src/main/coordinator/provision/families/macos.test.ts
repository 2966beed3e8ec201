/**
 * Provisioning of a **simulated** Mac: a real sshd and a real sh on this PC, with a PATH that has what macOS has and refuses what only
 * GNU's programs take (`testing/mac-tools.ts`). It shows that our scripts ask a Mac for nothing that it has not. The executable is a
 * script that answers as the real one does; no Mac, and no executable for macOS, is in it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { NewHost, type Provisioning } from '../../../../shared/provisioning.ts';
import { openWorkbench, type Workbench } from '../testing/bench.ts';
import { makeMacTools, type MacTools } from '../testing/mac-tools.ts';

let dir: string;
let tools: MacTools;
let bench: Workbench;

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-mac-'));
  tools = makeMacTools(dir);
  bench = await openWorkbench({ size: 800_000, env: { PATH: tools.bin } });
});
afterEach(async () => {
  await bench.close();
  rmSync(dir, { recursive: true, force: true });
});

async function add(): Promise<Provisioning> {
  const begun = bench.provisioner.add([NewHost.parse({ target: bench.target })]);
  const id = begun.ok ? begun.value[0]?.id : undefined;
  const asks = await bench.until((one) => one.id === id && (one.question ?? one.endedAt) !== null);
  if (asks.question !== null) bench.provisioner.answer(asks.id, asks.question.n, ['yes']);
  return await bench.until((one) => one.id === id && one.endedAt !== null);
}

/**
 * Each is done in another way when it is refused. The probe passes over macOS's stand-in for Python by its place, /usr/bin, where a
 * test can put nothing.
 */
const HAS_OTHER_WAY = /^base64 -d$|^dd .*conv=fsync|^python3 --version$/;

test('simulated: all steps go their way with nothing that only GNU has, also where an upload goes on', async () => {
  bench.wire.cutAfter(200_000);
  expect((await add()).state).toBe('failed');
  bench.wire.cutAfter(Number.POSITIVE_INFINITY);
  const one = await add();
  expect(one.error).toBeNull();
  const message = (step: string): string =>
    one.steps.find(({ name }) => name === step)?.message ?? '';
  expect(message('probe')).toBe('anvil.local: macOS 15.1 on arm64, 10 cores');
  const report = Object.fromEntries(one.report.map(({ name, found }) => [name, found]));
  expect(report).toMatchObject({ System: expect.stringContaining('Darwin 24.1.0') as string });
  expect(report).toMatchObject({
    Memory: '32.0 GB',
    Service: expect.stringContaining('launchd') as string,
  });
  expect(message('install')).toContain('Installed');
  expect(tools.refused().filter((line) => !HAS_OTHER_WAY.test(line))).toEqual([]);
});
