/** Small git repositories for tests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commitAll, git } from './history-repo.ts';

/** Makes a repository on branch `main` with one commit that holds `files`; returns its path. */
export function makeRepo(dir: string, files: Record<string, string>): string {
  mkdirSync(dir, { recursive: true });
  git(dir, 'init', '-q', '-b', 'main');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), content);
  }
  commitAll(dir, 'Begin');
  return dir;
}

/** An engine that changes one file and is done. */
export const QUICK_ENGINE = { kind: 'command', run: 'echo changed >> notes.txt' } as const;
