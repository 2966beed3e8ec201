/** What a task is to be, as options: for `koubou tasks add`, and for tasks that come again and again. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Option, type Command } from 'commander';
import { ENGINE_FORMS, type EngineChoice } from '../../shared/domain/engine.ts';
import { SECURITY_LEVELS, SecurityLevel } from '../../shared/domain/security.ts';
import { PRIORITIES, Priority } from '../../shared/domain/task.ts';
import { parseEngine } from '../arguments.ts';
import { CliError, EXIT, type CliIo } from '../io.ts';

export interface OrderOptions {
  readonly base?: string;
  readonly body?: string;
  readonly priority?: string;
  readonly engine?: EngineChoice;
  readonly localOnly?: boolean;
  readonly needs?: string[];
  readonly security?: string;
  readonly location?: string;
  readonly concurrency?: string[];
}

export function withOrderOptions(command: Command): Command {
  return command
    .option('--base <branch>', "the branch to start from (default: the repository's)")
    .option('--body <file>', 'the issue text from a file, or - for standard input')
    .addOption(new Option('--priority <priority>', 'how soon').choices(PRIORITIES))
    .option('--engine <engine>', ENGINE_FORMS, parseEngine)
    .option('--local-only', 'nothing of it leaves the agent for a model: ollama or not at all')
    .option('--needs <capability...>', 'what the agent must have, such as python3')
    .addOption(new Option('--security <level>', 'who may see it').choices(SECURITY_LEVELS))
    .option('--location <place>', 'only agents that stand there work on it')
    .option(
      '--concurrency <key...>',
      'one at a time of those that share it: path:src, label:deploy',
    );
}

/** What the options say, as the API takes it; what they leave out is left out. */
export async function orderOf(io: CliIo, options: OrderOptions) {
  const { base, engine, localOnly, needs, location, concurrency, priority, security } = options;
  return {
    ...{ base, engine, localOnly, needs, location, concurrency },
    body: options.body === undefined ? undefined : await textOf(io, options.body, 'the body'),
    priority: priority === undefined ? undefined : Priority.parse(priority),
    security: security === undefined ? undefined : SecurityLevel.parse(security),
  };
}

/** The text of a file, or of standard input. @throws CliError when it cannot be read */
export async function textOf(io: CliIo, file: string, what: string): Promise<string> {
  if (file === '-') return await io.readInput();
  try {
    return await readFile(path.resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new CliError(EXIT.wrongUse, `cannot read ${what} from ${file}`, { cause: error });
  }
}
