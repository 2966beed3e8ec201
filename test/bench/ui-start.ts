/**
 * How long it takes until one can work: our window, with the coordinator it starts, beside a bare one with the same component
 * library. They take turns, so that a busy machine is busy for both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { percentile, row, type Print } from './measure.ts';
import type { Bare } from './ui-bare.ts';
import { openWindow, ROOT } from './ui-page.ts';

const TURNS = 5;

/** @param scratch a folder for the data folders */
export async function benchStart(
  print: Print,
  scratch: string,
  bare: Bare,
  app = ROOT,
): Promise<void> {
  print('Cold start until one can work, median of 5');
  const ours: number[] = [];
  const others: number[] = [];
  const joined: number[] = [];
  const dir = mkdtempSync(path.join(scratch, 'start-'));
  try {
    for (let turn = 0; turn <= TURNS; turn++) {
      const [plain, full] = [await startBare(bare), await startOurs(app, dir)];
      // The first turn fills the caches of the disk, and makes the data folder.
      if (turn === 0) continue;
      others.push(plain);
      ours.push(full.usable);
      joined.push(full.shown);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  const [peer, usable, shown] = [others, ours, joined].map((all) => percentile(all, 0.5));
  if (peer === undefined || usable === undefined || shown === undefined) return;
  print(row('a bare window of the same library', `${peer.toFixed(0)} ms`, 'the peer'));
  print(row('our frame is there', ratio(shown, peer), ''));
  print(row('the workshop is there, its coordinator started', ratio(usable, peer), '≤ 1.5×'));
}

function ratio(ms: number, peer: number): string {
  return `${ms.toFixed(0)} ms ${(ms / peer).toFixed(2)}×`;
}

async function startBare(bare: Bare): Promise<number> {
  const began = performance.now();
  const window = await bare.open();
  const ms = performance.now() - began;
  await window.close();
  return ms;
}

async function startOurs(app: string, dir: string): Promise<{ shown: number; usable: number }> {
  const began = performance.now();
  const window = await openWindow([app, '--data', dir, '--port', '0']);
  await window.page.locator('.sidebar').waitFor();
  const shown = performance.now() - began;
  await window.page.getByTestId('health').waitFor({ timeout: 60_000 });
  const usable = performance.now() - began;
  await window.close();
  return { shown, usable };
}
