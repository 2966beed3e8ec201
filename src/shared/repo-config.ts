/** `.koubou.yaml` of a repository: how its work is set up and tested on agents, and what the coordinator is to know of its tasks. */
import { z } from 'zod';
import { Need } from './domain/need.ts';
import { SecurityLevel } from './domain/security.ts';
import { Specialty } from './domain/specialty.ts';
import { line } from './text.ts';

export const REPO_CONFIG = '.koubou.yaml';
/** Characters; a longer one is refused. */
export const LARGEST_REPO_CONFIG = 64 * 1024;

/** What holds for tasks of a repository, or for those that are about some of its files. */
const Rule = z.strictObject({
  specialty: Specialty.optional(),
  needs: z.array(Need).max(20).optional(),
  security: SecurityLevel.optional(),
  /** Where the data must stay: only agents that stand there work on it. */
  location: line(100).optional(),
  /** What only one task at a time may work on. */
  concurrency: z.array(line(200)).max(5).optional(),
});

/** `paths`: by a folder (`src/ui/`) or a pattern (`*.tsx`, `docs/**`), of tasks whose text names such a file; the first one that fits counts. */
export const TaskRules = Rule.extend({
  paths: z.record(z.string().min(1).max(200), Rule).optional(),
});
export type TaskRule = z.infer<typeof Rule>;
export type TaskRules = z.infer<typeof TaskRules>;

/** A server of tools, as Claude Code names it: a program that it starts, or an address. Values may name variables, as `${NAME}`. */
const McpServer = z.union([
  z.strictObject({
    type: z.literal('stdio').optional(),
    command: z.string().min(1).max(1_000),
    args: z.array(z.string().max(4_000)).max(100).optional(),
    env: z.record(z.string(), z.string().max(10_000)).optional(),
  }),
  z.strictObject({
    type: z.enum(['http', 'sse']),
    url: z.string().min(1).max(2_000),
    headers: z.record(z.string(), z.string().max(10_000)).optional(),
  }),
]);

/** What Claude Code is told for this repository. */
export const ClaudeCodeConfig = z.strictObject({
  /** How often the model may be asked in one attempt. */
  turns: z.int().min(1).max(10_000).optional(),
  mcp: z
    .record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'not a name for a server'), McpServer)
    .optional(),
});
export type ClaudeCodeConfig = z.infer<typeof ClaudeCodeConfig>;

export const RepoConfig = z.strictObject({
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
  tasks: TaskRules.optional(),
  'claude-code': ClaudeCodeConfig.optional(),
});
export type RepoConfig = z.infer<typeof RepoConfig>;

/** The first thing that is wrong, in words, and the key at the top under which it stands. */
export function mistakeOf(error: z.ZodError): { readonly key: string; readonly reason: string } {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const key = String(issue?.path[0] ?? unknown ?? '');
  return { key, reason: `${path === '' ? '' : `${path}: `}${issue?.message ?? 'not as agreed'}` };
}
