/** Where an engine of the conformance suite works: a repository, a terminal and a process tree, all of them real. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../src/agent/clock.ts';
import { readEnvironment, type Environment } from '../../../src/agent/config.ts';
import type { EngineResult, EngineRun, ModelAccess } from '../../../src/agent/engines/engine.ts';
import { engineEnvironment } from '../../../src/agent/environment.ts';
import { listProcesses } from '../../../src/agent/processes.ts';
import { openProcessTree } from '../../../src/agent/process-tree.ts';
import { createTerminal } from '../../../src/agent/terminal.ts';
import { makeRepo } from '../../../src/agent/testing/fixture.ts';
import type { AttemptLimits } from '../../../src/shared/protocol/agent.ts';
import { ROOT } from '../../support/workshop.ts';
import type { Subject, SubjectModel } from './subject.ts';

/** Its check fails until `add` is right. */
const FILES = {
  'add.js': 'exports.add = (a, b) => a - b;\n',
  'check.js':
    "const { add } = require('./add.js');\nif (add(2, 3) !== 5) process.exit(1);\nrequire('node:fs').writeFileSync('checked', 'yes');\n",
};

const LIMITS: AttemptLimits = {
  checkpointMs: 60_000,
  engineMs: 60_000,
  engineIdleMs: 60_000,
  testMs: 60_000,
  setupMs: 60_000,
  outputBytes: 64 * 1024 * 1024,
};

export const KEY = 'key-of-the-attempt-4f1c';

export interface Stage {
  readonly repo: string;
  readonly model: SubjectModel;
  /** Runs the engine to its end. */
  run(changes?: RunChanges): Promise<EngineResult>;
  /** Aborts the run that is under way. */
  abort(reason: Error): void;
  /** Whether the check of the repository is passed now. */
  passes(): boolean;
  /** What was shown to people. */
  shown(): string;
  /** Processes of the attempt that are alive. */
  processes(): Promise<readonly { readonly pid: number; readonly name: string }[]>;
  read(file: string): string;
  /** What the engine itself recorded, of each run that ended. */
  transcripts(): readonly string[];
  close(): Promise<void>;
}

export interface RunChanges {
  /** Another address of the model. */
  readonly url?: string;
  /** Another way to it; the model's own address when left out. */
  readonly models?: ModelAccess;
  /** In place of the subject's own variables. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: Partial<AttemptLimits>;
}

export async function openStage(subject: Subject): Promise<Stage> {
  const dir = mkdtempSync(path.join(tmpdir(), `koubou-${subject.kind}-`));
  const repo = path.join(dir, 'tasks', 'task-1.1', 'repo');
  const attempt = path.join(dir, 'attempts', 'task-1.1');
  makeRepo(repo, FILES);
  mkdirSync(attempt, { recursive: true });
  const promptFile = path.join(attempt, 'prompt.md');
  writeFileSync(promptFile, '# Make add right\n\nRun check.js.\n');
  const transcript = path.join(attempt, 'transcript.ndjson');
  writeFileSync(transcript, '');
  const model = await subject.openModel();
  const tree = await openProcessTree({ attemptId: 'task-1.1', dir }, repo, systemClock);
  const abort = new AbortController();
  const shown: Buffer[] = [];
  const transcripts: string[] = [];
  const terminal = createTerminal({
    sink: { write: (bytes) => shown.push(bytes) > 0, drained: () => Promise.resolve() },
    note: (text) => void shown.push(Buffer.from(text)),
    signal: abort.signal,
    clock: systemClock,
    tree,
  });
  return {
    repo,
    model,
    async run({ url = model.url, limits = {}, models, environment } = {}) {
      const engine = subject.make({ model: undefined, clock: systemClock, isRoot: isRoot() });
      const run: EngineRun = {
        cwd: repo,
        promptFile,
        env: {
          ...engineEnvironment(ownEnvironment(dir), tree.mark),
          KOUBOU_TASK_ID: 'task-1',
          ...(environment ?? subject.environment({ ...model, url })),
        },
        models: models ?? accessTo(subject, url),
        terminal,
        transcript: { path: transcript, grown: () => {} },
        signal: abort.signal,
        limits: { ...LIMITS, ...limits },
      };
      const result = await engine(run);
      transcripts.push(readFileSync(transcript, 'utf8'));
      return result;
    },
    abort: (reason) => abort.abort(reason),
    passes() {
      try {
        execFileSync(process.execPath, ['check.js'], { cwd: repo });
        return true;
      } catch {
        return false;
      }
    },
    shown: () => Buffer.concat(shown).toString('utf8'),
    async processes() {
      const all = await listProcesses();
      const own = all.filter(({ environment }) => environment.includes(`KOUBOU_DIR=${dir}\0`));
      return own.map(({ pid }) => ({ pid, name: nameOf(pid) }));
    },
    transcripts: () => transcripts,
    read: (file) => readFileSync(path.join(repo, file), 'utf8'),
    async close() {
      await tree.end(0);
      await tree.close();
      await model.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function accessTo({ provider }: Subject, url: string): ModelAccess | null {
  return provider && { url: () => url, key: KEY, providers: [provider], trouble: () => null };
}

/** With the programs of this checkout in front, and a home without anybody's sign-in. */
function ownEnvironment(home: string): Environment {
  const own = readEnvironment();
  const bin = path.join(ROOT, 'node_modules/.bin');
  return { ...own, PATH: `${bin}:${own['PATH'] ?? ''}`, HOME: home };
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    // It ended meanwhile.
    return '';
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
