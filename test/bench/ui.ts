/** The window, in real Electron on a display of its own: its start, many terminals, and its life in a large and busy workshop. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Print } from './measure.ts';
import { buildBare } from './ui-bare.ts';
import { benchLoad } from './ui-load.ts';
import { openDisplay } from './ui-page.ts';
import { benchStart } from './ui-start.ts';
import { benchTerminals } from './ui-terminals.ts';

const SCROLL_MS = 4_000;

export async function benchUi(print: Print): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-ui-'));
  const closeDisplay = await openDisplay();
  try {
    const bare = await buildBare(scratch);
    await benchStart(print, scratch, bare);
    await benchTerminals(print, scratch);
    const dir = path.join(scratch, 'workshop');
    mkdirSync(dir);
    await benchLoad(print, dir, () => bare.scroll(SCROLL_MS));
  } finally {
    closeDisplay();
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
