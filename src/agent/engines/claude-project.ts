/**
 * What a repository says to Claude Code in its `.koubou.yaml`: servers of tools (MCP), and how often it may ask its model. Read from
 * the work tree as the engine begins; the servers go into a file of the attempt, which nobody else reads.
 */
import path from 'node:path';
import type { ClaudeCodeConfig } from '../../shared/repo-config.ts';
import { writeKeyFile } from '../models/key-file.ts';
import { readRepoConfig } from '../repo-config.ts';
import type { EngineRun } from './engine.ts';

/** @throws StepFailure `config_invalid` */
export async function projectArguments({
  cwd,
  promptFile,
}: Pick<EngineRun, 'cwd' | 'promptFile'>): Promise<string[]> {
  const config: ClaudeCodeConfig = (await readRepoConfig(cwd))['claude-code'] ?? {};
  const { turns, mcp } = config;
  const limit = turns === undefined ? [] : ['--max-turns', String(turns)];
  if (mcp === undefined) return limit;
  const file = path.join(path.dirname(promptFile), 'mcp.json');
  await writeKeyFile(file, JSON.stringify({ mcpServers: mcp }));
  return [...limit, '--mcp-config', file];
}
