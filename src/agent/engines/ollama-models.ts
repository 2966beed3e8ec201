/** The models of an Ollama: which there are, what they can do, and how one is fetched. */
import { z } from 'zod';
import { ModelError } from './loop-model.ts';
import { askOllama, type OllamaServer } from './ollama-http.ts';

export interface FoundModel {
  readonly name: string;
  /** Tokens that it takes in at most; `null`: it does not say. */
  readonly context: number | null;
}

const Tags = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })).catch([]) });
const Facts = z.looseObject({
  capabilities: z.array(z.string()).optional().catch(undefined),
  model_info: z.record(z.string(), z.unknown()).catch({}),
});

/**
 * The model of that name, or, without one, the first that can use tools (the newest comes first).
 * @returns `null` when it is not there
 * @throws ModelError
 */
export async function findModel(
  server: OllamaServer,
  named: string | undefined,
): Promise<FoundModel | null> {
  const { models } = Tags.parse(await firstOf(askOllama(server, '/api/tags')));
  for (const { name } of models) {
    if (named !== undefined && !isSame(name, named)) continue;
    const facts = Facts.parse(await firstOf(askOllama(server, '/api/show', { model: name })));
    const canUse = facts.capabilities?.includes('tools') ?? true;
    if (canUse) return { name, context: contextIn(facts.model_info) };
    if (named !== undefined) throw withoutTools(name);
  }
  return null;
}

function isSame(name: string, named: string): boolean {
  return name === named || name === `${named}:latest`;
}

function withoutTools(name: string): ModelError {
  const message = `${name} cannot use tools. Choose a model that can, such as qwen3-coder.`;
  return new ModelError({ class: 'invalid_request', message, until: null });
}

function contextIn(info: Readonly<Record<string, unknown>>): number | null {
  const [, length] = Object.entries(info).find(([key]) => key.endsWith('.context_length')) ?? [];
  return typeof length === 'number' && length > 0 ? length : null;
}

async function firstOf(lines: AsyncGenerator): Promise<unknown> {
  for await (const line of lines) return line;
  return {};
}

const Progress = z.looseObject({
  status: z.string().catch(''),
  digest: z.string().optional(),
  total: z.number().optional(),
  completed: z.number().optional(),
});

/** A line is said for each step, and for each tenth of what is large. */
const STEP = 10;

/** @throws ModelError */
export async function fetchModel(
  server: OllamaServer,
  name: string,
  say: (line: string) => void,
): Promise<void> {
  say(`${name} is not here yet: Ollama fetches it`);
  let last = '';
  for await (const line of askOllama(server, '/api/pull', { model: name, stream: true })) {
    const said = progressOf(Progress.parse(line));
    if (said !== last && said !== '') say(`  ${said}`);
    last = said;
  }
}

function progressOf({ status, total, completed = 0 }: z.infer<typeof Progress>): string {
  if (total === undefined || total === 0) return status;
  const percent = Math.floor((completed / total) * (100 / STEP)) * STEP;
  return `${status} ${percent} % of ${sizeOf(total)}`;
}

function sizeOf(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
