/** The brake of a console: what nobody reads is not printed, however long that lasts. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { ConsoleId } from '../../shared/console.ts';
import { CONSOLE_WINDOW, decodeConsole } from '../../shared/protocol/console.ts';
import { systemClock } from '../clock.ts';
import { startConsole } from './console.ts';

const ID = ConsoleId.parse('console-000000000001');
const PRINTED = 16 * CONSOLE_WINDOW;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-console-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** Timers go off when the test says so, until they are let go. */
function heldClock() {
  const timers = new Set<() => void>();
  let isHeld = true;
  const clock: Clock = {
    ...systemClock,
    after(ms, run) {
      if (!isHeld) return systemClock.after(ms, run);
      timers.add(run);
      return () => void timers.delete(run);
    },
  };
  const fire = (): void => {
    const due = [...timers];
    timers.clear();
    for (const run of due) run();
  };
  return {
    clock,
    fire,
    waiting: () => timers.size,
    letGo() {
      isHeld = false;
      fire();
    },
  };
}

/** What flows would have come by then: another process has begun and ended. */
async function passage(): Promise<void> {
  await promisify(execFile)('/bin/true');
}

test('holds as long as nobody reads, through every look at its process, and goes on when read', async () => {
  const held = heldClock();
  const ended = Promise.withResolvers<number>();
  let sent = 0;
  const console = startConsole({
    id: ID,
    process: { argv: ['head', '-c', String(PRINTED), '/dev/zero'], cwd: dir, env: {} },
    mark: { attemptId: ID, dir },
    secrets: [],
    link: {
      canSend: () => true,
      sendOutput(frame) {
        const decoded = decodeConsole(frame);
        if (!decoded.ok) throw new Error(decoded.error);
        sent += decoded.value.bytes.length;
        return true;
      },
    },
    clock: held.clock,
    onExit: ended.resolve,
  });
  while (sent < CONSOLE_WINDOW) await passage();
  await passage();
  for (let look = 0; look < 30; look += 1) {
    held.fire();
    await passage();
    // The next look, and nothing else: whatever is printed sets a timer too.
    expect(held.waiting()).toBe(1);
  }
  expect(sent).toBe(CONSOLE_WINDOW);
  held.letGo();
  while (sent < PRINTED) {
    console.acknowledged(sent, CONSOLE_WINDOW);
    await passage();
  }
  expect(await ended.promise).toBe(0);
  await console.end();
  expect(sent).toBe(PRINTED);
});
