/** `koubou health`: whether the coordinator on this machine is well, for people, containers and service managers. Needs no token. */
import type { Command } from 'commander';
import { ErrorBody } from '../../shared/errors.ts';
import { Health } from '../../shared/upkeep.ts';
import { findCoordinator, HOW_TO_START } from '../connect.ts';
import { CliError, EXIT, writeJson, writeLine, type CliIo } from '../io.ts';
import { withCommonOptions, type CommonOptions } from '../session.ts';

interface HealthOptions extends CommonOptions {
  readonly ready?: boolean;
}

export function addHealthCommand(program: Command, io: CliIo): void {
  withCommonOptions(program.command('health'))
    .description('whether the coordinator is well; fails when it does not answer')
    .option('--ready', 'fail, too, while it takes no commands')
    .action((options: HealthOptions) => showHealth(io, options));
}

async function showHealth(io: CliIo, options: HealthOptions): Promise<void> {
  const { url } = await findCoordinator(io, options.data);
  if (options.ready) await mustBeReady(url);
  const health = Health.parse(await ask(url, '/health').then((answer) => answer.json()));
  if (options.json) return await writeJson(io, health);
  const { status, version, agents, uptimeMs } = health;
  const hours = (uptimeMs / 3_600_000).toFixed(1);
  const line = `${status}: version ${version}, ${agents.connected} of ${agents.known} agents connected, up for ${hours} h`;
  await writeLine(io, line);
  for (const { message } of health.conditions) await writeLine(io, `! ${message}`);
}

async function mustBeReady(url: string): Promise<void> {
  const answer = await ask(url, '/ready');
  if (answer.ok) return;
  const said = ErrorBody.safeParse(await answer.json());
  throw new CliError(EXIT.failed, said.success ? said.data.error.message : 'it is not ready');
}

async function ask(url: string, path: string): Promise<Response> {
  try {
    return await fetch(new URL(path, url));
  } catch (error) {
    const message = `no coordinator answers at ${url}: ${HOW_TO_START}`;
    throw new CliError(EXIT.notReachable, message, { cause: error });
  }
}
