/** Looks for Ollama: its server on this machine, and the models that it has. */
import { z } from 'zod';
import type { AgentEngine } from '../../shared/domain/agent.ts';
import type { Environment } from '../config.ts';
import { firstLineOf } from '../program.ts';
import { ollamaAddress } from './ollama-address.ts';

const ANSWER_MS = 1_000;
/** So many models are named. */
const NAMED = 3;

const Version = z.looseObject({ version: z.string() });
const Tags = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) });

/** `null`: neither a server nor the program. */
export async function detectOllama(env: Environment): Promise<AgentEngine | null> {
  const address = ollamaAddress(env['OLLAMA_HOST']);
  const [version, tags] = await Promise.all([
    ask(`${address}/api/version`, Version),
    ask(`${address}/api/tags`, Tags),
  ]);
  if (version) {
    const names = (tags?.models ?? []).map(({ name }) => name);
    return { kind: 'ollama', version: versionWith(version.version, names), ready: true, why: null };
  }
  const line = await firstLineOf('ollama', ['--version'], env);
  if (line === null) return null;
  return {
    kind: 'ollama',
    version: /\d+(\.\d+)+/.exec(line)?.[0] ?? 'unknown',
    ready: false,
    why: `its server does not answer at ${address}: start it on this machine ("ollama serve")`,
  };
}

function versionWith(version: string, models: readonly string[]): string {
  if (models.length === 0) return version;
  const more = models.length > NAMED ? `, ${models.length - NAMED} more` : '';
  return `${version} (${models.slice(0, NAMED).join(', ')}${more})`;
}

async function ask<T>(url: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    return schema.safeParse(await answer.json()).data ?? null;
  } catch {
    // Nobody there, or somebody else.
    return null;
  }
}
