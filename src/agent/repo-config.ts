/** `.koubou.yaml` of a repository: how its work is set up and tested. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import {
  LARGEST_REPO_CONFIG as LARGEST,
  mistakeOf,
  REPO_CONFIG as NAME,
  RepoConfig,
} from '../shared/repo-config.ts';
import { messageOf, StepFailure } from './failure.ts';

/** @throws StepFailure `config_invalid`, with line and reason */
export async function readRepoConfig(repo: string): Promise<RepoConfig> {
  let text: string;
  try {
    text = await readFile(path.join(repo, NAME), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new StepFailure('config_invalid', `${NAME} cannot be read: ${messageOf(error)}`);
  }
  if (text.length > LARGEST)
    throw new StepFailure('config_invalid', `${NAME} is larger than ${LARGEST / 1024} KB`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw invalid(lines.linePos(error.pos[0]).line, error.message);
  // An empty file is a configuration that says nothing.
  const value: unknown = document.toJS({ maxAliasCount: 10 }) ?? {};
  const parsed = RepoConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  const { key, reason } = mistakeOf(parsed.error);
  throw invalid(lineOf(text, key), reason);
}

function invalid(line: number, reason: string): StepFailure {
  return new StepFailure(
    'config_invalid',
    `${NAME}, line ${line}: ${reason}. It may hold setup, test, env, tasks and claude-code; correct it on the base branch.`,
  );
}

/** The line (from 1) where a top-level key stands. */
function lineOf(text: string, key: string): number {
  const index = text
    .split('\n')
    .findIndex((line) => line.replaceAll(/["']/g, '').startsWith(`${key}:`));
  return Math.max(index, 0) + 1;
}
