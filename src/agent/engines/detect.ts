/** Which engines this agent can run, and which are ready to: installed, and able to reach their model. */
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AgentEngine } from '../../shared/domain/agent.ts';
import type { Environment } from '../config.ts';
import { firstLineOf } from '../program.ts';

export async function detectEngines(env: Environment): Promise<AgentEngine[]> {
  const claude = await detectClaudeCode(env);
  const command: AgentEngine = { kind: 'command', version: 'sh', ready: true, why: null };
  return claude ? [claude, command] : [command];
}

async function detectClaudeCode(env: Environment): Promise<AgentEngine | null> {
  const line = await firstLineOf('claude', ['--version'], env);
  if (line === null) return null;
  const ready = await isLoggedIn(env);
  const why = ready
    ? null
    : 'not logged in: run "claude" once on this machine and log in, or set ANTHROPIC_API_KEY for the agent';
  return { kind: 'claude-code', version: line.split(' ')[0] ?? line, ready, why };
}

async function isLoggedIn(env: Environment): Promise<boolean> {
  if (env['ANTHROPIC_API_KEY'] || env['ANTHROPIC_AUTH_TOKEN'] || env['CLAUDE_CODE_OAUTH_TOKEN'])
    return true;
  const home = env['HOME'] ?? env['USERPROFILE'] ?? '';
  const folder = env['CLAUDE_CONFIG_DIR'] ?? path.join(home, '.claude');
  try {
    await access(path.join(folder, '.credentials.json'));
    return true;
  } catch {
    // macOS keeps the login in its keychain, which only its own programs may ask; the account is noted beside it.
    const note = await readFile(path.join(home, '.claude.json'), 'utf8').catch(() => '');
    return process.platform === 'darwin' && note.includes('"oauthAccount"');
  }
}
