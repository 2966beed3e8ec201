/** `.koubou.yaml` of a repository: how its work is set up and tested. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { messageOf, StepFailure } from './failure.ts';

const NAME = '.koubou.yaml';
const LARGEST = 64 * 1024;

const RepoConfig = z.strictObject({
  /** Shell command before the tests. */
  setup: z.string().trim().min(1).max(4_000).optional(),
  /** Shell command that tests; `false` for none. */
  test: z.union([z.string().trim().min(1).max(4_000), z.literal(false)]).optional(),
  env: z
    .record(
      z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not a name for a variable'),
      z.string().max(10_000),
    )
    .optional(),
});
export type RepoConfig = z.infer<typeof RepoConfig>;

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
  const [issue] = parsed.error.issues;
  const key = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0];
  throw invalid(
    lineOf(text, String(key ?? '')),
    `${issue?.path.join('.') ? `${issue.path.join('.')}: ` : ''}${issue?.message ?? 'not as agreed'}`,
  );
}

function invalid(line: number, reason: string): StepFailure {
  return new StepFailure(
    'config_invalid',
    `${NAME}, line ${line}: ${reason}. It may hold setup, test and env; correct it on the base branch.`,
  );
}

/** The line (from 1) where a top-level key stands. */
function lineOf(text: string, key: string): number {
  const index = text
    .split('\n')
    .findIndex((line) => line.replaceAll(/["']/g, '').startsWith(`${key}:`));
  return Math.max(index, 0) + 1;
}
