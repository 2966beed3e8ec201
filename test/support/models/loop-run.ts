/** A run for engines that work in our own process: a real work tree, a real terminal, and what came of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { engineEnvironment } from '../../../src/agent/environment.ts';
import { systemClock } from '../../../src/agent/clock.ts';
import type { EngineRun } from '../../../src/agent/engines/engine.ts';
import { openProcessTree } from '../../../src/agent/process-tree.ts';
import { createTerminal } from '../../../src/agent/terminal.ts';
import { LIMITS, makeRepo } from '../../../src/agent/testing/fixture.ts';

export interface LoopRun {
  readonly run: EngineRun;
  readonly abort: AbortController;
  /** All that the terminal showed. */
  shown(): string;
  /** The lines of the transcript. */
  transcript(): string[];
  file(name: string): string;
  close(): Promise<void>;
}

export interface LoopRunOptions {
  readonly files: Record<string, string>;
  readonly prompt?: string;
  readonly env?: Record<string, string>;
  readonly models?: EngineRun['models'];
  readonly limits?: Partial<EngineRun['limits']>;
}

/** @param folder an empty folder, which stays the caller's */
export async function openLoopRun(folder: string, options: LoopRunOptions): Promise<LoopRun> {
  const { files, prompt = 'Change the notes.', env = {}, models = null, limits = {} } = options;
  const cwd = path.join(folder, 'repo');
  makeRepo(cwd, files);
  const mark = { attemptId: 'task-1.1', dir: folder };
  const promptFile = path.join(folder, 'prompt.md');
  writeFileSync(promptFile, prompt);
  const transcript = path.join(folder, 'transcript');
  writeFileSync(transcript, '');
  mkdirSync(path.join(folder, 'tmp'));
  const tree = await openProcessTree(mark, folder, systemClock);
  const abort = new AbortController();
  let shown = '';
  const terminal = createTerminal({
    sink: {
      write(bytes) {
        shown += bytes.toString('utf8');
        return true;
      },
      drained: async () => await Promise.resolve(),
    },
    note: (text) => {
      shown += text;
    },
    signal: abort.signal,
    clock: systemClock,
    tree,
  });
  const own = { PATH: process.env['PATH'] ?? '', HOME: folder, ...env };
  return {
    run: {
      cwd,
      promptFile,
      env: engineEnvironment(own, mark),
      models,
      terminal,
      transcript: { path: transcript, grown: () => {} },
      signal: abort.signal,
      limits: { ...LIMITS, ...limits },
    },
    abort,
    shown: () => shown,
    transcript: () => readFileSync(transcript, 'utf8').trimEnd().split('\n'),
    file: (name) => readFileSync(path.join(cwd, name), 'utf8'),
    close: async () => await tree.close(),
  };
}
